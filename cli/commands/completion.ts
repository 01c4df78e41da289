/** `eft completion`: what a shell needs to complete the words of `eft`. */
import { Argument, Command } from 'commander';
import type { Terminal } from '../output/terminal.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function completionCommand(terminal: Terminal): Command {
  const command = new Command('completion');
  return command
    .description('print what a shell needs to complete the words of this command')
    .addArgument(new Argument('<SHELL>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      '\nPut the line for your shell into the file that it reads when it starts:\n' +
        '  ~/.bashrc                   eval "$(eft completion bash)"\n' +
        '  ~/.zshrc                    eval "$(eft completion zsh)"\n' +
        '  ~/.config/fish/config.fish  eft completion fish | source\n\n' +
        'Names of kinds, modules and nodes are asked of the current context when they are wanted.\n\n' +
        'Examples:\n  eft completion bash > /etc/bash_completion.d/eft',
    )
    .action(async (shell: (typeof shells)[number]) => {
      const { commandPlaces } = await import('../completion/words.ts');
      const { bashScript, zshScript } = await import('../completion/bash.ts');
      const { fishScript } = await import('../completion/fish.ts');
      const makers = { bash: bashScript, zsh: zshScript, fish: fishScript };
      terminal.stdout.write(makers[shell](commandPlaces(command.parent ?? command)));
    });
}
