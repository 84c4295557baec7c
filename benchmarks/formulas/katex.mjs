// Reads formulas as JSON strings, one a line, and prints for each whether KaTeX compiles it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[2]}/package.json`);
const katex = require("katex");
const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
const compiles = (tex) => {
  try {
    katex.renderToString(tex, { displayMode: true, strict: "error", throwOnError: true });
    return 1;
  } catch {
    return 0;
  }
};
console.log(JSON.stringify(lines.map((line) => compiles(JSON.parse(line)))));
