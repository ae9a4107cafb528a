import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { Fault } from '../../../kernel/fault.ts'
import { Exit } from '../exit.ts'
import { bold, print, printJson } from '../print.ts'

type Options = { data: string; json?: boolean }

/** Each with the folder of `--data` that holds its recordings. */
const parts = [
  { name: 'detect', folder: 'detection', title: 'Detection' },
  { name: 'correlate', folder: 'correlation', title: 'Correlation' },
  { name: 'explain', folder: 'rca', title: 'Causes' },
] as const

/** `aiops bench all`: every score in one run, each part in a process of its own, so that none is measured on code that another has warmed. */
export function benchAllCommand(bench: Command, mainPath: string): void {
  bench
    .command('all')
    .description('measure detection, correlation and root causes, one after the other')
    .requiredOption(
      '--data <dir>',
      'folder with detection/, correlation/ and rca/; what is missing is left out',
    )
    .option('--json', 'print everything as JSON')
    .addHelpText('after', '\nIt takes several minutes.\n\nExample:\n  aiops bench all --data labelled\n')
    .action((options: Options) => benchAll(options, mainPath))
}

async function benchAll({ data, json = false }: Options, mainPath: string): Promise<void> {
  const found = []
  for (const part of parts) if (await isFolder(join(data, part.folder))) found.push(part)
  if (found.length === 0) {
    const wanted = parts.map(({ folder }) => `${folder}/`).join(', ')
    throw new Fault('INVALID_REQUEST', `${data} holds none of ${wanted}: check the path.`)
  }
  const answers: Record<string, unknown> = {}
  for (const { name, folder, title } of found) {
    if (!json) print(`\n${bold(title)}`)
    const printed = await run(mainPath, ['bench', name, '--data', join(data, folder)], json)
    if (json) answers[name] = JSON.parse(printed)
  }
  if (json) printJson(answers)
}

/** What it prints where `isKept`; else that is shown as it comes. Throws where it fails, which it has then told. */
async function run(mainPath: string, args: string[], isKept: boolean): Promise<string> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, mainPath, ...args, ...(isKept ? ['--json'] : [])],
    {
      stdio: ['ignore', isKept ? 'pipe' : 'inherit', 'inherit'],
    },
  )
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const printed = child.stdout ? await text(child.stdout) : ''
  const code = await ended
  if (code !== 0) throw new Exit(code ?? 1)
  return printed
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
