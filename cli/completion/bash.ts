/**
 * The completion of bash, as one function: it walks the words before the cursor down the tree of commands, and then offers what can stand there. The same
 * function serves zsh, which has bash's way of completion on board (`bashcompinit`).
 */
import { type CommandPlace, type Source, valuedOptions } from './words.ts';

export function bashScript(places: readonly CommandPlace[]): string {
  return `# Completion of eft for bash:  eval "$(eft completion bash)"
_eft() {
  local cur prev path word index place value
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  path=eft place=0 value=
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n $value ]]; then value=; continue; fi
    case "$path $word" in
      ${caseOf(places.slice(1).map(({ path }) => path))}) path="$path $word"; place=0 ;;
      *' -'*) case "$path $word" in
          ${caseOf(valuedOptions(places))}) value=1 ;;
        esac ;;
      *) place=$((place + 1)) ;;
    esac
  done
  COMPREPLY=()
  case "$path $prev" in
${optionCases(places)}
  esac
  if [[ $cur == -* ]]; then
    case "$path" in
${places.map(({ path, options }) => `      ${quoted(path)}) _eft_words ${quoted(options.flatMap(({ flags }) => flags).join(' '))} ;;`).join('\n')}
    esac
    return
  fi
  case "$path:$place" in
${placeCases(places)}
  esac
}
_eft_words() {
  local cur="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_eft_files() {
  local cur="\${COMP_WORDS[COMP_CWORD]}"
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}
_eft_names() {
  # Names may come with commas between; what stands before the last comma stays. bash takes the colon of a kind for the end of a word.
  local cur="\${COMP_WORDS[COMP_CWORD]}" head=
  if [[ $1 == nodes && $cur == *,* ]]; then head="\${cur%,*},"; cur="\${cur##*,}"; fi
  COMPREPLY=($(compgen -P "$head" -W "$(eft __complete "$1" 2>/dev/null)" -- "$cur"))
}
complete -F _eft eft
`;
}

export function zshScript(places: readonly CommandPlace[]): string {
  return `# Completion of eft for zsh:  eval "$(eft completion zsh)"
autoload -U +X compinit && compinit -u
autoload -U +X bashcompinit && bashcompinit
${bashScript(places).replace(/^#.*\n/, '')}`;
}

function optionCases(places: readonly CommandPlace[]): string {
  return places
    .flatMap(({ path, options }) =>
      options.flatMap(({ flags, value }) =>
        value === undefined
          ? []
          : [`    ${caseOf(flags.map((flag) => `${path} ${flag}`))}) ${offer(value)}; return ;;`],
      ),
    )
    .join('\n');
}

function placeCases(places: readonly CommandPlace[]): string {
  return places
    .flatMap(({ path, commands, values }) => {
      // What a group alone does takes no arguments: a word there is a verb.
      if (commands.length > 0) {
        return [
          `    ${quoted(`${path}:0`)}) _eft_words ${quoted(commands.map(({ name }) => name).join(' '))} ;;`,
        ];
      }
      return values.map((value, place) => `    ${quoted(`${path}:${place}`)}) ${offer(value)} ;;`);
    })
    .join('\n');
}

function offer(source: Source): string {
  switch (source.from) {
    case 'words':
      return `_eft_words ${quoted(source.words.join(' '))}`;
    case 'names':
      return `_eft_names ${source.name}`;
    case 'files':
      return '_eft_files';
    case 'nothing':
      return ':';
  }
}

function caseOf(patterns: readonly string[]): string {
  return patterns.map(quoted).join('|');
}

/** A word that no shell looks into. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
