// node make.js VERSION ARCHIVES OUT: folders for `npm pack` and `npm publish`: `dealgate`, which runs the program of this
// system, and a package for each of the release's archives in ARCHIVES, which holds that program.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const TARGETS = [
  { os: "linux", cpu: "x64", target: "x86_64-unknown-linux-musl" },
  { os: "linux", cpu: "arm64", target: "aarch64-unknown-linux-musl" },
  { os: "darwin", cpu: "x64", target: "x86_64-apple-darwin" },
  { os: "darwin", cpu: "arm64", target: "aarch64-apple-darwin" },
  { os: "win32", cpu: "x64", target: "x86_64-pc-windows-msvc" },
];

const [version, archives, out] = process.argv.slice(2);
if (!out || !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) {
  console.error("usage: node make.js VERSION ARCHIVES OUT");
  process.exit(2);
}
const shared = {
  version,
  description: "Holds sales deals in YAML against the stage gates of a workflow in TOML, and points at what falls short",
  license: "MIT OR Apache-2.0",
};

function write(name, manifest, files) {
  const folder = path.join(out, name.replace("@dealgate/", ""));
  fs.mkdirSync(folder, { recursive: true });
  for (const [file, from] of Object.entries(files)) {
    fs.copyFileSync(from, path.join(folder, file));
  }
  const whole = { name, ...shared, ...manifest, files: Object.keys(files) };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(whole, null, 2) + "\n");
}

const optionalDependencies = {};
for (const { os, cpu, target } of TARGETS) {
  const windows = os === "win32";
  const archive = path.join(archives, `dealgate-${target}${windows ? ".zip" : ".tar.gz"}`);
  if (!fs.existsSync(archive)) {
    console.error(`make.js: there is no ${archive}`);
    continue;
  }
  const unpacked = fs.mkdtempSync(path.join(require("node:os").tmpdir(), "dealgate-"));
  const [tool, ...options] = windows ? ["unzip", "-q", archive, "-d", unpacked] : ["tar", "-xzf", archive, "-C", unpacked];
  execFileSync(tool, options);
  const program = windows ? "dealgate.exe" : "dealgate";
  const name = `@dealgate/cli-${os}-${cpu}`;
  const files = {};
  for (const file of [program, "LICENSE-MIT", "LICENSE-APACHE"]) {
    files[file] = path.join(unpacked, `dealgate-${target}`, file);
  }
  write(name, { os: [os], cpu: [cpu], preferUnplugged: true }, files);
  fs.rmSync(unpacked, { recursive: true });
  optionalDependencies[name] = version;
}
if (Object.keys(optionalDependencies).length === 0) {
  console.error(`make.js: ${archives} holds no archive of a release`);
  process.exit(2);
}
const root = path.join(__dirname, "../../..");
const files = { "dealgate.js": path.join(__dirname, "dealgate.js") };
for (const file of ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
  files[file] = path.join(root, file);
}
write("dealgate", { bin: { dealgate: "dealgate.js" }, engines: { node: ">=18" }, optionalDependencies }, files);
