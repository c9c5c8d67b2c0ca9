# eval "$(npx tributary completion zsh)", behind compinit
(( $+commands[tributary] )) || tributary() { @TRIBUTARY@ "$@" }
_tributary() {
  local word text
  local -a candidates
  while IFS=$'\t' read -r word text; do
    candidates+=("${word//:/\\:}:$text")
  done < <(@TRIBUTARY@ complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( $#candidates )); then _describe tributary candidates; else _files; fi
}
compdef _tributary tributary
