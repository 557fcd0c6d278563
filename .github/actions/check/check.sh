#!/usr/bin/env bash
# The steps of the action, so that they can be run and tested anywhere. Reads DEALGATE, FAIL_ON, RULES_FROM_BASE,
# SARIF_FILE, COMMENT, BASE (the commit that a pull request starts from; empty elsewhere), NUMBER, GH_TOKEN, and FOLDER, the
# working folder as it was given, relative to GITHUB_WORKSPACE.
# What a pull request holds is read and never run, and nothing of it is ever part of a command.
set -euo pipefail

dealgate="${DEALGATE:-dealgate}"
base="${BASE:-}"
number="${NUMBER:-}"
sarif="${SARIF_FILE:-dealgate.sarif}"
# Only the comment needs the token, so nothing else gets it.
token="${GH_TOKEN:-}"
unset GH_TOKEN

refuse() {
    echo "dealgate: $1" >&2
    exit 2
}
[[ -z "$base" || "$base" =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] || refuse "BASE is not a commit"
[[ -z "$number" || "$number" =~ ^[0-9]+$ ]] || refuse "NUMBER is not a number"
[[ "$sarif" != *$'\n'* && "$sarif" != *$'\r'* ]] || refuse "SARIF_FILE is not the name of a file"

# A link on the way to the working folder would have another workspace judged in its place.
if [[ -n "${GITHUB_WORKSPACE:-}" ]]; then
    here="$GITHUB_WORKSPACE"
    folder="${FOLDER:-.}"
    while IFS= read -r part; do
        here+="/$part"
        [[ ! -L "$here" ]] || refuse "the working folder is behind the link $part: name the folder that it leads to"
    done < <(tr / '\n' <<< "${folder#"$GITHUB_WORKSPACE"}")
fi

# The repository is the one around the workspace, found once and named in every call: a folder of the pull request that
# looks like one must not be taken for it, nor what its settings name be run.
top="$PWD"
while [[ ! -e "$top/.git" && ! -L "$top/.git" && "$top" != / ]]; do
    top="$(dirname "$top")"
done
repository=''
if [[ -e "$top/.git" ]]; then
    repository="$(command git -c safe.bareRepository=explicit -C "$top" rev-parse --absolute-git-dir)"
fi
git() {
    [[ -n "$repository" ]] || return 128
    command git -c safe.bareRepository=explicit -c core.fsmonitor=false --git-dir="$repository" --work-tree="$top" "$@"
}

# Dates of stages come from commits, and a checkout has but one: fetch the others once.
if [[ "$(git rev-parse --is-shallow-repository 2>/dev/null)" == true ]]; then
    git fetch --quiet --no-recurse-submodules --unshallow --no-tags || echo "dealgate: the history could not be fetched" >&2
fi
if [[ -n "$base" ]] && ! git cat-file -e "$base^{commit}" 2>/dev/null; then
    git fetch --quiet --no-recurse-submodules --no-tags origin "$base"
fi

arguments=(--format github --format "sarif=$sarif" --fail-on "${FAIL_ON:-error}")
# Only the plain word turns it off: a slip must not let a pull request bring its own rules.
if [[ -n "$base" && "${RULES_FROM_BASE:-true}" != false ]]; then
    arguments+=(--rules "$base")
fi
status=0
"$dealgate" check "${arguments[@]}" || status=$?
if [[ -n "${GITHUB_OUTPUT:-}" ]]; then
    printf 'status=%s\nsarif-file=%s\n' "$status" "$sarif" >> "$GITHUB_OUTPUT"
fi
[[ -n "$base" && "${COMMENT:-true}" != false ]] || exit "$status"

# What the pull request changes: as a comment where the token may write one, else in the step's summary.
mark='<!-- dealgate diff -->'
# GitHub takes 65,536 characters, and the cut needs a few of them.
longest=65000
text="$(mktemp)"
trap 'rm -f "$text"' EXIT
# It also judges by the rules that the pull request brings, which have their limits; this is the last one, in seconds of the
# processor.
compared() {
    ulimit -t 300 2> /dev/null || true
    exec "$dealgate" diff "$base" --format markdown
}
if ! { printf '%s\n' "$mark" && (compared); } > "$text"; then
    echo "dealgate: what changed could not be told" >&2
    exit "$status"
fi

gh() { GH_TOKEN="$token" command gh "$@"; }

post() {
    local whole comments who mine
    [[ -n "$number" && -n "$token" ]] && type -P gh > /dev/null || return 1
    if (($(wc -c < "$text") > longest)); then
        whole="$(head -c "$longest" "$text" | sed '$d')"
        printf '%s\n\n%s\n' "$whole" "The rest did not fit: \`dealgate diff\` shows all of it." > "$text"
    fi
    comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
    # One comment, kept up to date, instead of one a push. Somebody else's that only looks like it is left alone.
    who="$(gh api graphql -f query='{viewer{login}}' --jq .data.viewer.login 2> /dev/null || true)"
    mine=''
    if [[ "$who" =~ ^[A-Za-z0-9_-]+(\[bot\])?$ ]]; then
        mine="$(gh api --paginate "$comments" --jq \
            ".[] | select(.user.login == \"$who\" and (.body | startswith(\"$mark\"))) | .id" 2> /dev/null | tail -n 1 || true)"
    fi
    if [[ "$mine" =~ ^[0-9]+$ ]]; then
        gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$mine" -F "body=@$text"
    else
        gh api --silent "$comments" -F "body=@$text"
    fi
}

if ! post && [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then
    { echo; cat "$text"; } >> "$GITHUB_STEP_SUMMARY"
fi
exit "$status"
