# eval "$(npx tributary completion bash)"
command -v tributary >/dev/null || tributary() { @TRIBUTARY@ "$@"; }
_tributary() {
  local line="${COMP_LINE:0:COMP_POINT}" broken="${COMP_WORDS[COMP_CWORD]}" word current start
  local -a words
  read -ra words <<<"$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  current="${words[${#words[@]}-1]}"
  [[ "$broken" == [:=@] ]] && broken=''
  start="${current%"$broken"}"
  # bash breaks words at : = and @, which are in names of models: only what follows the last break is replaced.
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    COMPREPLY+=("${word#"$start"}")
  done < <(@TRIBUTARY@ complete -- "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _tributary tributary
