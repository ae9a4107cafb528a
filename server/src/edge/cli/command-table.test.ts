import { Command, Help } from 'commander'
import { expect, it } from 'vitest'
import { commandTable } from './command-table.ts'
import type { CliDeps } from './index.ts'

it('says of each command what the command itself says', async () => {
  const said = []
  for (const group of commandTable) {
    const program = new Command('aiops')
    await group.add(program, { version: '0' } as CliDeps)
    said.push(
      program.commands.map((command) => ({
        term: new Help().subcommandTerm(command),
        description: command.description(),
      })),
    )
  }
  expect(commandTable.map(({ commands }) => commands)).toEqual(said)
})
