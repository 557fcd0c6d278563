#!/usr/bin/env bash
# The steps of the action, so that they can be run and tested anywhere. Reads DEALGATE, FAIL_ON, RULES_FROM_BASE,
# SARIF_FILE, COMMENT, BASE (the commit that a pull request starts from; empty elsewhere), NUMBER and GH_TOKEN.
set -euo pipefail

dealgate="${DEALGATE:-dealgate}"
base="${BASE:-}"
sarif="${SARIF_FILE:-dealgate.sarif}"

knows() { "$dealgate" "$1" --help 2>/dev/null | grep -q -e "$2"; }

# Dates of stages come from commits, and a checkout has but one: fetch the others once.
if [[ "$(git rev-parse --is-shallow-repository 2>/dev/null)" == true ]]; then
    git fetch --quiet --unshallow --no-tags || echo "dealgate: the history could not be fetched" >&2
fi
if [[ -n "$base" ]] && ! git cat-file -e "$base^{commit}" 2>/dev/null; then
    git fetch --quiet --no-tags origin "$base"
fi

arguments=(--format github --format "sarif=$sarif" --fail-on "${FAIL_ON:-error}")
if [[ -n "$base" && "${RULES_FROM_BASE:-true}" == true ]] && knows check '--rules'; then
    arguments+=(--rules "$base")
fi
status=0
"$dealgate" check "${arguments[@]}" || status=$?
if [[ -n "${GITHUB_OUTPUT:-}" ]]; then
    printf 'status=%s\nsarif-file=%s\n' "$status" "$sarif" >> "$GITHUB_OUTPUT"
fi

# What the pull request changes: as a comment where the token may write one, else in the step's summary.
if [[ -n "$base" && "${COMMENT:-true}" == true ]] && knows diff '--format'; then
    mark='<!-- dealgate diff -->'
    text="$(mktemp)"
    if { printf '%s\n' "$mark"; "$dealgate" diff "$base" --format markdown; } > "$text"; then
        posted=false
        if [[ -n "${NUMBER:-}" && -n "${GH_TOKEN:-}" ]] && command -v gh > /dev/null; then
            comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
            # One comment, kept up to date, instead of one a push.
            mine="$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" 2>/dev/null | tail -n 1 || true)"
            if [[ -n "$mine" ]]; then
                gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$mine" -F "body=@$text" && posted=true
            else
                gh api --silent "$comments" -F "body=@$text" && posted=true
            fi
        fi
        if [[ "$posted" == false && -n "${GITHUB_STEP_SUMMARY:-}" ]]; then
            { echo; cat "$text"; } >> "$GITHUB_STEP_SUMMARY"
        fi
    else
        echo "dealgate: what changed could not be told" >&2
    fi
    rm -f "$text"
fi
exit "$status"
