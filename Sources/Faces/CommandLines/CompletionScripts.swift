extension Program {
  /// A script for a shell's start file; it asks the program itself, so it never falls behind the table.
  func completionScript(for shell: Shell) -> String {
    switch shell {
    case .bash:
      """
      _\(name)() {
        local line current="${COMP_WORDS[COMP_CWORD]}"
        [[ $current == "=" ]] && current=""
        COMPREPLY=()
        while IFS= read -r line; do
          case $line in
            :file) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
            :folder) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
            *) COMPREPLY+=("${line%%$'\\t'*}") ;;
          esac
        done < <("${COMP_WORDS[0]}" \(Self.completionWord) "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
      }
      complete -F _\(name) \(name)

      """
    case .zsh:
      """
      #compdef \(name)
      _\(name)() {
        local line
        local -a candidates
        for line in "${(@f)$("${words[1]}" \(Self.completionWord) "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
          case $line in
            '') ;;
            :file) compset -P '*='; _files ;;
            :folder) compset -P '*='; _files -/ ;;
            *$'\\t'*) candidates+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}") ;;
            *) candidates+=("${line//:/\\\\:}") ;;
          esac
        done
        (( $#candidates )) && _describe '\(name)' candidates
      }
      if [[ $funcstack[1] == _\(name) ]]; then _\(name) "$@"; else compdef _\(name) \(name); fi

      """
    case .fish:
      """
      function __\(name)_complete
        set -l words (commandline -opc)
        set -l current (commandline -ct)
        for line in ($words[1] \(Self.completionWord) $words[2..-1] "$current" 2>/dev/null)
          switch $line
            case ':file'
              __fish_complete_path "$current"
            case ':folder'
              __fish_complete_directories "$current"
            case '*'
              echo $line
          end
        end
      end
      complete -c \(name) -f -a '(__\(name)_complete)'

      """
    }
  }
}
