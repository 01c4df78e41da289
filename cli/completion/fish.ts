/** The completion of fish: a line for each thing that can be typed, with the place where it can. */
import { type CommandPlace, type OptionPlace, type Source, valuedOptions } from './words.ts';

export function fishScript(places: readonly CommandPlace[]): string {
  const paths = places.slice(1).map(({ path }) => quoted(path));
  const valued = valuedOptions(places).map(quoted);
  const lines = places.flatMap((place) => [
    ...place.commands.map(
      ({ name, about }) => `complete -c eft -n ${at(place, 0)} -a ${quoted(name)} -d ${quoted(about)}`,
    ),
    ...(place.commands.length > 0
      ? []
      : place.values.map((value, index) => `complete -c eft -n ${at(place, index)}${offer(value)}`)),
    ...place.options.map((option) => optionLine(place, option)),
  ]);
  return `# Completion of eft for fish:  eft completion fish | source
# Whether the words before the cursor lead to the command $argv[1], with $argv[2] arguments behind it, if that is said.
function __eft_at
  set -l words (commandline -opc)
  set -l path eft
  set -l place 0
  set -l isValue no
  for word in $words[2..-1]
    if test $isValue = yes
      set isValue no
    else if contains -- "$path $word" ${valued.join(' ')}
      set isValue yes
    else if contains -- "$path $word" ${paths.join(' ')}
      set path "$path $word"
      set place 0
    else if not string match -q -- '-*' $word
      set place (math $place + 1)
    end
  end
  test "$path" = "$argv[1]"; and begin; test (count $argv) -lt 2; or test $place = "$argv[2]"; end
end
complete -c eft -f
${lines.join('\n')}
`;
}

function at({ path }: CommandPlace, place?: number): string {
  return quoted(place === undefined ? `__eft_at "${path}"` : `__eft_at "${path}" ${place}`);
}

function optionLine(place: CommandPlace, { flags, about, value }: OptionPlace): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`,
  );
  const taken = value === undefined ? '' : `${value.from === 'files' ? ' -r -F' : ` -x${offer(value)}`}`;
  return `complete -c eft -n ${at(place)}${names.join('')}${taken} -d ${quoted(about)}`;
}

function offer(source: Source): string {
  switch (source.from) {
    case 'words':
      return ` -a ${quoted(source.words.join(' '))}`;
    case 'names':
      return ` -a ${quoted(`(eft __complete ${source.name} 2>/dev/null)`)}`;
    case 'files':
      return ' -F';
    case 'nothing':
      return ` -a ''`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
