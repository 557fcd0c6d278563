#!/usr/bin/env node
// Runs the program of the package for this system, which npm installs beside this one and leaves out elsewhere.
const { spawnSync } = require("node:child_process");

const { platform, arch } = process;
const name = `@dealgate/cli-${platform}-${arch}`;
const file = platform === "win32" ? "dealgate.exe" : "dealgate";

let program;
try {
  program = process.env.DEALGATE_BINARY || require.resolve(`${name}/${file}`);
} catch {
  console.error(
    `dealgate: there is no ${name} here. Either no program is made for ${platform} on ${arch}, or npm was told to leave ` +
      "optional dependencies out; install without --omit=optional, or build it with cargo.",
  );
  process.exit(2);
}
const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`dealgate: ${program} cannot be run: ${error.message}`);
  process.exit(2);
}
if (signal) {
  process.kill(process.pid, signal);
}
process.exit(status ?? 2);
