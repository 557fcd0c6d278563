#!/usr/bin/env bash
# Gets dealgate for the actions, the quickest way that can be trusted, and says where it is: a program that is there
# already (BINARY), the release that VERSION names, or that this very commit of the action is (REF in REPOSITORY at SERVER),
# what an earlier run has built of the same source (BUILT), else a build of the action's own source (SOURCE).
# `install.sh key` names that source, for the cache; `install.sh` alone installs. SHA256, where it is given, must be that of
# the release's archive.
set -euo pipefail

refuse() {
    echo "dealgate: $1" >&2
    exit 2
}
note() { echo "dealgate: $1" >&2; }

source="${SOURCE:?the folder of the action\'s source}"
built="${BUILT:?a folder for what is built}"
server="${SERVER:-https://github.com}"
repository="${REPOSITORY:-}"
version="${VERSION:-}"

[[ -z "$version" || "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || refuse "VERSION is no version: write it as 0.1.0"
[[ -z "${SHA256:-}" || "$SHA256" =~ ^[0-9a-f]{64}$ ]] || refuse "SHA256 is no SHA-256 sum in hexadecimal"
[[ -z "$repository" || "$repository" =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] || refuse "REPOSITORY is no OWNER/NAME"

sums() { if type -P sha256sum > /dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# Everything that the program is made of, in one name; not when it was written.
key() {
    (cd "$source" && find Cargo.toml Cargo.lock src templates workflows tests/showcase -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat | sums) | cut -c 1-64
}

# Where it is, for the steps that follow.
give() {
    [[ -z "${GITHUB_OUTPUT:-}" ]] || printf 'binary=%s\n' "$1" >> "$GITHUB_OUTPUT"
    printf '%s\n' "$1"
}

# The archive of this system, as the release workflow names it.
target() {
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) echo x86_64-unknown-linux-musl.tar.gz ;;
        Linux-aarch64 | Linux-arm64) echo aarch64-unknown-linux-musl.tar.gz ;;
        Darwin-x86_64) echo x86_64-apple-darwin.tar.gz ;;
        Darwin-arm64) echo aarch64-apple-darwin.tar.gz ;;
        MINGW*-x86_64 | MSYS*-x86_64) echo x86_64-pc-windows-msvc.zip ;;
        *) return 1 ;;
    esac
}

# The version of this source, where the action was asked for as its release: by its tag, or by the commit of the tag. Any
# other commit is more or less than that release, and is built.
own_version() {
    local own ref="${REF:-}" tagged
    own="$(sed -n '/^\[package\]/,/^\[/s/^version = "\([0-9A-Za-z.-]*\)"$/\1/p' "$source/Cargo.toml")"
    [[ -n "$own" && -n "$ref" && -n "$repository" ]] || return 1
    if [[ "$ref" != "v$own" ]]; then
        [[ "$ref" =~ ^[0-9a-f]{40}$ ]] || return 1
        tagged="$(GIT_TERMINAL_PROMPT=0 git ls-remote "$server/$repository" "refs/tags/v$own" "refs/tags/v$own^{}" 2> /dev/null)" || return 1
        [[ "$tagged" == *"$ref"* ]] || return 1
    fi
    echo "$own"
}

fetch() {
    curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 2 --max-time 120 --output "$2" "$1"
}

# A release: 1 where there is none for this system or it cannot be fetched; what is not as its sum says ends the run.
released() {
    local archive name folder listed found
    archive="dealgate-$(target)" || { note "no release is made for $(uname -s) on $(uname -m)"; return 1; }
    name="${archive%.tar.gz}" name="${name%.zip}"
    folder="$built/released-$1"
    mkdir -p "$folder"
    local from="$server/$repository/releases/download/v$1"
    fetch "$from/SHA256SUMS" "$folder/SHA256SUMS" && fetch "$from/$archive" "$folder/$archive" || {
        note "version $1 could not be fetched from $from"
        return 1
    }
    listed="$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$folder/SHA256SUMS")"
    found="$(sums < "$folder/$archive" | cut -c 1-64)"
    [[ -n "$listed" && "$listed" == "$found" ]] || refuse "$archive of version $1 is not what its SHA256SUMS says"
    [[ -z "${SHA256:-}" || "$SHA256" == "$found" ]] || refuse "$archive of version $1 has the sum $found, not $SHA256"
    case "$archive" in
        *.zip) unzip -q -o "$folder/$archive" -d "$folder" && give "$folder/$name/dealgate.exe" ;;
        *) tar --extract --gzip --file "$folder/$archive" --directory "$folder" && give "$folder/$name/dealgate" ;;
    esac
}

if [[ "${1:-}" == key ]]; then
    key="$(key)"
    [[ -z "${GITHUB_OUTPUT:-}" ]] || printf 'key=%s\n' "$key" >> "$GITHUB_OUTPUT"
    printf '%s\n' "$key"
    exit
fi
if [[ -n "${BINARY:-}" ]]; then
    give "$BINARY"
    exit
fi
if [[ -n "$version" ]]; then
    # Who names a version means that one, and no other.
    [[ -n "$repository" ]] || refuse "VERSION needs the REPOSITORY that releases it"
    released "$version" || refuse "version $version is not to be had; leave \`version\` out to build the action's own source"
    exit
fi
if own="$(own_version)" && released "$own"; then
    exit
fi
[[ -z "${SHA256:-}" ]] || refuse "SHA256 is that of a release, and there is none for this commit: name its \`version\`"
program="$built/bin/dealgate"
[[ ! -f "$program.exe" ]] || program="$program.exe"
if [[ -x "$program" ]]; then
    note "taken from the cache"
else
    note "built from source; by a release's commit or its \`version\` the action is ready in seconds"
    # To standard error, since standard output says where the program is.
    cargo install --quiet --locked --path "$source" --root "$built" >&2
    [[ ! -f "$program.exe" ]] || program="$program.exe"
fi
give "$program"
