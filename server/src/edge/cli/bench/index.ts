/** `aiops bench`: measures parts of the program on data of the user's. */
import type { Command } from 'commander'
import { benchAllCommand } from './all.ts'
import { benchCorrelateCommand } from './correlate.ts'
import { benchDetectCommand } from './detect.ts'
import { benchExplainCommand } from './explain.ts'
import { benchPromqlCommand } from './promql.ts'

export function benchCommand(program: Command, { mainPath }: { mainPath: string }): void {
  const bench = program.command('bench').description('measure parts of the program on data of yours')
  benchPromqlCommand(bench)
  benchDetectCommand(bench)
  benchCorrelateCommand(bench, mainPath)
  benchExplainCommand(bench)
  benchAllCommand(bench, mainPath)
}
