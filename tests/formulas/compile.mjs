// Reads {where, tex, display} as JSON lines and compiles each with KaTeX and MathJax 3.2.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const katex = require("katex");
const { mathjax } = require("mathjax-full/js/mathjax.js");
const { TeX } = require("mathjax-full/js/input/tex.js");
const { SVG } = require("mathjax-full/js/output/svg.js");
const { liteAdaptor } = require("mathjax-full/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("mathjax-full/js/handlers/html.js");
const { AllPackages } = require("mathjax-full/js/input/tex/AllPackages.js");

RegisterHTMLHandler(liteAdaptor());
// Without these two, a mistake is an error instead of red text on a card.
const packages = AllPackages.filter((name) => !["noerrors", "noundefined"].includes(name));
const formatError = (_jax, error) => {
  throw error;
};
const page = mathjax.document("", {
  InputJax: new TeX({ packages, formatError }),
  OutputJax: new SVG({ fontCache: "none" }),
});

let count = 0;
let bad = 0;
const complain = (where, judge, error) => {
  bad += 1;
  console.log(`${where}: ${judge}: ${error.message}`);
};
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { where, tex, display } = JSON.parse(line);
  count += 1;
  try {
    katex.renderToString(tex, { displayMode: display, strict: "error", throwOnError: true });
  } catch (error) {
    complain(where, "KaTeX", error);
  }
  try {
    page.convert(tex, { display });
  } catch (error) {
    complain(where, "MathJax", error);
  }
}
console.log(`${count} formulas compiled, ${bad} refused`);
process.exit(bad || count === 0 ? 1 : 0);
