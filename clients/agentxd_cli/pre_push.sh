# Written by `agentxd hook install`, and taken away by `agentxd hook uninstall`; not to be edited.
# Reviews what is pushed. Git's own `--no-verify` leaves it out; AGENTX_SKIP_REVIEW='reason' leaves
# the review out and keeps the reason in agentx/skipped.log of the git directory; with
# AGENTX_REVIEW=required nothing is pushed that was not reviewed.

say() { printf 'agentx: %s\n' "$*" >&2; }

unreviewed() {  # lets the push go on, unless reviews are required
	if [ "${AGENTX_REVIEW:-}" = required ]; then
		say "$1; the push is refused, as AGENTX_REVIEW is required"
		exit 22
	fi
	say "$1; the push goes on"
}

one_line() { printf '%s' "$1" | tr '\n\r\t' '   ' | tr -d '\000-\037\177'; }

keep_reason() {  # what was not reviewed, when and why; for the owner alone
	(
		umask 077
		mkdir -p "$private" &&
			printf '%s\t%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
				"$(one_line "$refs")" "$(one_line "$1")" >>"$private/skipped.log"
	) 2>/dev/null
}

skip() {
	if keep_reason "$AGENTX_SKIP_REVIEW"; then
		say "not reviewed: $(one_line "$AGENTX_SKIP_REVIEW") (kept in $private/skipped.log)"
	else
		say "$private/skipped.log cannot be written, so the review is not skipped; the push is refused"
		exit 22
	fi
}

review() {  # with the program and its first words
	report=
	if (umask 077 && mkdir -p "$private") 2>/dev/null; then
		report=$private/push.$$.json
		trap 'rm -f "$report"' EXIT
		trap 'exit 130' HUP INT TERM
	fi
	printf '%s\n' "$refs" |
		"$@" review --pre-push --remote "$remote" ${report:+--output "json=$report"} >&2
	judge $?
	if [ -n "$report" ]; then
		rm -f "$report"
		trap - EXIT HUP INT TERM
	fi
}

judge() {  # by the exit code of the review
	case $1 in
	0) ;;
	126 | 127) unreviewed "not reviewed: agentxd is there, but cannot be run" ;;
	19 | 20 | 21)
		say "the push is refused; AGENTX_SKIP_REVIEW='why' git push ... lets it pass, and is recorded"
		exit "$1"
		;;
	22) incomplete ;;
	*)
		say "the review ended with exit code $1; the push is refused"
		exit "$1"
		;;
	esac
}

incomplete() {  # a reviewer that failed refuses the push; what was only too much does not
	if [ -z "$report" ]; then
		say "$private cannot be written, so nobody knows what was not reviewed; the push is refused"
		exit 22
	fi
	if ! grep -q '^ "failures": \[\],*$' "$report" 2>/dev/null; then
		say "a reviewer failed, which is no pass; the push is refused"
		exit 22
	fi
	late=$(sed -n 's/^   "reason": "time: \(.*\)"$/\1/p' "$report")
	large=$(sed -n 's/^   "reason": "size: \(.*\)"$/\1/p' "$report")
	first=$(printf '%s\n' "${late:-$large}" | sed -n 1p)
	if [ -n "$late" ]; then
		unreviewed "not reviewed in time: ${first:-some of it}"
	else
		unreviewed "not all was reviewed: ${first:-some of it is too large}"
	fi
}

: "${program:?}" "${python:?}" # set above, by who installed this
remote=${1:-}
refs=$(cat)
private=$(git rev-parse --git-common-dir)/agentx # it outlives a worktree

if [ -z "$refs" ]; then
	: # nothing is pushed
elif [ -n "${AGENTX_SKIP_REVIEW:-}" ]; then
	skip
elif command -v agentxd >/dev/null 2>&1; then
	review agentxd
elif [ -f "$program" ] && [ -x "$python" ]; then
	review "$python" -P "$program"
else
	unreviewed "not reviewed: agentxd was not found on PATH, nor where it was when this hook was made"
fi

earlier=$0.before-agentx
if [ -f "$earlier" ] && [ -x "$earlier" ]; then
	if [ -n "$refs" ]; then
		printf '%s\n' "$refs" | "$earlier" "$@"
	else
		"$earlier" "$@" </dev/null
	fi
fi
