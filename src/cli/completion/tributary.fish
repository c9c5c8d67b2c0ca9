# npx tributary completion fish | source
type -q tributary; or function tributary; @TRIBUTARY@ $argv; end
function __tributary_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l candidates (@TRIBUTARY@ complete -- $words[2..-1] 2>/dev/null)
    if test (count $candidates) -gt 0
        printf '%s\n' $candidates
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c tributary -f -a '(__tributary_complete)'
