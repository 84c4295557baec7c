// Reads {where, tex, display} as JSON lines and compiles each with KaTeX and MathJax 3.2.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const katex = require("katex");
const { mathjax } = require("mathjax-full/js/mathjax.js");
const { STATE } = require("mathjax-full/js/core/MathItem.js");
const { TeX } = require("mathjax-full/js/input/tex.js");
const { SVG } = require("mathjax-full/js/output/svg.js");
const { liteAdaptor } = require("mathjax-full/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("mathjax-full/js/handlers/html.js");
const { AllPackages } = require("mathjax-full/js/input/tex/AllPackages.js");

RegisterHTMLHandler(liteAdaptor());
// Anki loads all packages but textmacros. Without the other two, a mistake is an error
// instead of red text on a card.
const left_out = ["textmacros", "noerrors", "noundefined"];
const packages = AllPackages.filter((name) => !left_out.includes(name));
const formatError = (_jax, error) => {
  throw error;
};
const page = mathjax.document("", {
  InputJax: new TeX({ packages, formatError }),
  OutputJax: new SVG({ fontCache: "none" }),
});

// What has no meaning within \text does not fail: it shows as it is written.
const find_raw_text = (node, raw) => {
  if (node.isKind("text")) {
    return node.parent.isKind("mtext") && raw.test(node.getText()) ? node.getText() : "";
  }
  for (const child of node.childNodes ?? []) {
    const found = child && find_raw_text(child, raw);
    if (found) return found;
  }
  return "";
};

let count = 0;
let bad = 0;
const complain = (where, judge, message) => {
  bad += 1;
  console.log(`${where}: ${judge}: ${message}`);
};
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { where, tex, display } = JSON.parse(line);
  count += 1;
  try {
    katex.renderToString(tex, { displayMode: display, strict: "error", throwOnError: true });
  } catch (error) {
    complain(where, "KaTeX", error.message);
  }
  try {
    const raw = /\\[{}]/.test(tex) ? /[\\~]|``/ : /[\\~{}]|``/;
    const found = find_raw_text(page.convert(tex, { display, end: STATE.CONVERT }), raw);
    if (found) complain(where, "MathJax", `shows as it is written: ${found}`);
  } catch (error) {
    complain(where, "MathJax", error.message);
  }
}
console.log(`${count} formulas compiled, ${bad} refused`);
process.exit(bad || count === 0 ? 1 : 0);
