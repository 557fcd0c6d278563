#!/usr/bin/env bash
# manifests.sh VERSION OWNER/NAME SHA256SUMS OUT: the Homebrew formula and the Scoop manifest of a release, with the sums of
# its archives; for a tap and a bucket of one's own.
set -euo pipefail

version="${1:?VERSION}" repository="${2:?OWNER/NAME}" sums="${3:?SHA256SUMS}" out="${4:?OUT}"
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || { echo "manifests.sh: $version is no version" >&2; exit 2; }
[[ "$repository" =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] || { echo "manifests.sh: $repository is no OWNER/NAME" >&2; exit 2; }

from="https://github.com/$repository/releases/download/v$version"
description='Holds sales deals in YAML against the stage gates of a workflow in TOML'
sum() {
    local found
    found="$(awk -v name="$1" '$2 == name { print $1 }' "$sums")"
    [[ "$found" =~ ^[0-9a-f]{64}$ ]] || { echo "manifests.sh: $sums has no sum of $1" >&2; exit 2; }
    echo "$found"
}
# An archive's address and sum, as a formula says them.
archive() {
    local name="dealgate-$1.tar.gz" found
    found="$(sum "$name")" || exit 2
    printf '      url "%s/%s"\n      sha256 "%s"\n' "$from" "$name" "$found"
}

mkdir -p "$out"
# A line each: of several assignments in one, only the last one's failure counts.
intel_mac="$(archive x86_64-apple-darwin)"
arm_mac="$(archive aarch64-apple-darwin)"
intel_linux="$(archive x86_64-unknown-linux-musl)"
arm_linux="$(archive aarch64-unknown-linux-musl)"
windows="$(sum dealgate-x86_64-pc-windows-msvc.zip)"
cat > "$out/dealgate.rb" <<FORMULA
class Dealgate < Formula
  desc "$description"
  homepage "https://github.com/$repository"
  version "$version"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_intel do
$intel_mac
    end
    on_arm do
$arm_mac
    end
  end

  on_linux do
    on_intel do
$intel_linux
    end
    on_arm do
$arm_linux
    end
  end

  def install
    bin.install "dealgate"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/dealgate.bash" => "dealgate"
    zsh_completion.install "completions/dealgate.zsh" => "_dealgate"
    fish_completion.install "completions/dealgate.fish"
  end

  test do
    (testpath/"deals/rollout.yaml").write "name: Rollout\nstage: prospect\n"
    assert_match "Rollout", shell_output("#{bin}/dealgate status rollout")
  end
end
FORMULA

cat > "$out/dealgate.json" <<MANIFEST
{
    "version": "$version",
    "description": "$description",
    "homepage": "https://github.com/$repository",
    "license": "MIT|Apache-2.0",
    "suggest": { "git": "git" },
    "architecture": {
        "64bit": {
            "url": "$from/dealgate-x86_64-pc-windows-msvc.zip",
            "hash": "$windows",
            "extract_dir": "dealgate-x86_64-pc-windows-msvc"
        }
    },
    "bin": "dealgate.exe",
    "checkver": "github",
    "autoupdate": {
        "architecture": {
            "64bit": { "url": "https://github.com/$repository/releases/download/v\$version/dealgate-x86_64-pc-windows-msvc.zip" }
        }
    }
}
MANIFEST
