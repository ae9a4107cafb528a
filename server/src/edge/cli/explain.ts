import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { type ExplainCase, type ExplainResult, explainCase } from '../../pipeline/explain/index.ts'
import { readCaseTable } from './explain-table.ts'
import { percent, print, printJson } from './print.ts'
import { unreadable } from './text-file.ts'

type Options = { cases: string; output: string; late?: string; json?: boolean }

const CaseFile = z.object({
  inject_time: z.number(),
  target_service: z.string().optional(),
  target_metric: z.string().optional(),
  interval_s: z.number().positive().optional(),
})
const TopologyFile = z.object({
  direction: z.enum(['caller->callee', 'callee->caller']).default('caller->callee'),
  edges: z.array(z.tuple([z.string(), z.string()])).max(200_000),
})

/** `aiops explain`: recorded faults → ranked causes, with the live code. */
export function explainCommand(program: Command): void {
  program
    .command('explain')
    .description('rank the causes of recorded faults, with the code that does it live')
    .requiredOption(
      '-c, --cases <dir>',
      'folder with one folder per case: metrics.csv, case.json and, where known, topology.json',
    )
    .option('-o, --output <file>', 'JSON {case: {ranked, causal_chain, seconds}}; - is standard output', '-')
    .option('--late <seconds>', 'pretend that the fault was noticed this much later', '0')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', '\nExample:\n  aiops explain --cases cases/ --output causes.json\n')
    .action(explain)
}

async function explain(options: Options): Promise<void> {
  const lateMs = Number(options.late ?? 0) * 1_000
  if (!Number.isFinite(lateMs))
    throw new Fault('INVALID_REQUEST', `--late takes a number of seconds, not "${options.late}".`)
  const answers: Record<string, unknown> = {}
  const lines: string[] = []
  const cases = await caseFolders(options.cases)
  for (const [at, folder] of cases.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r${at + 1}/${cases.length} ${folder.name}\u001b[K`)
    const result = await explainFolder(folder.path, lateMs)
    answers[folder.name] = answerOf(result)
    const first = result.ranked[0]
    lines.push(
      `${folder.name}: ${first ? `${first.entity} (${first.category}, ${percent(first.probability)})` : 'no cause'}`,
    )
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const text = `${JSON.stringify(answers, null, 1)}\n`
  if (options.output === '-') return new Promise((resolve) => process.stdout.write(text, () => resolve()))
  await writeFile(options.output, text).catch((error: unknown) => {
    throw new Fault(
      'INVALID_REQUEST',
      `${options.output} cannot be written (${messageOf(error)}): give --output a file in a folder that exists.`,
    )
  })
  if (options.json) return printJson({ cases: cases.length, output: options.output })
  for (const line of lines) print(line)
  print(`${cases.length} cases explained. Written to ${options.output}`)
}

function answerOf(result: ExplainResult): unknown {
  return {
    ranked: result.ranked.map((cause) => ({
      service: cause.entity,
      metric: cause.metric,
      probability: cause.probability,
      category: cause.category,
      sentence: cause.sentence,
      evidence: cause.evidence,
    })),
    unknown_probability: result.unknownProbability,
    causal_chain: result.causalChain.map((link) => ({
      service: link.entity,
      sentence: link.sentence,
      at: new Date(link.atMs).toISOString(),
    })),
    checked: result.checked,
    degraded: result.degraded,
    seconds: result.seconds,
  }
}

/** The folder itself where it holds a case, else every folder below it that does, by path. */
async function caseFolders(root: string): Promise<{ name: string; path: string }[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(root, error)
  })
  const found = entries
    .filter((entry) => entry.isFile() && entry.name === 'metrics.csv')
    .map((entry) => entry.parentPath)
  if (found.length === 0)
    throw new Fault(
      'INVALID_REQUEST',
      `${root} holds no case: a case is a folder with metrics.csv and case.json.`,
    )
  const name = (path: string) =>
    path
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? path
  return found.sort().map((path) => ({ name: name(path), path }))
}

/** Explains one case folder in the form of DESIGN §8, as if the fault had been noticed that much later. */
export async function explainFolder(folder: string, lateMs = 0): Promise<ExplainResult> {
  return explainCase(await readCase(folder, lateMs), { monotonic: () => performance.now() })
}

/** A case folder as it is explained. */
export async function readCase(folder: string, lateMs = 0): Promise<ExplainCase> {
  const about = parse(CaseFile, join(folder, 'case.json'), await read(join(folder, 'case.json')))
  const topologyText = await readFile(join(folder, 'topology.json'), 'utf8').catch(() => undefined)
  const topology =
    topologyText === undefined ? undefined : parse(TopologyFile, join(folder, 'topology.json'), topologyText)
  const edges =
    topology?.edges.map(([a, b]): [string, string] =>
      topology.direction === 'caller->callee' ? [a, b] : [b, a],
    ) ?? []
  const table = readCaseTable(
    await read(join(folder, 'metrics.csv')),
    about.interval_s,
    new Set(edges.flat()),
  )
  return {
    series: table.series,
    edges,
    detectedAtMs: about.inject_time * 1_000 + lateMs,
    startMs: table.startMs,
    endMs: table.endMs,
    symptoms:
      about.target_service === undefined
        ? []
        : [{ entity: about.target_service, metric: about.target_metric }],
  }
}

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error)
  })

function parse<T>(schema: z.ZodType<T>, file: string, text: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `${file} is not JSON (${messageOf(error)}).`)
  }
  const found = schema.safeParse(value)
  if (!found.success)
    throw new Fault(
      'INVALID_REQUEST',
      `${file}: ${found.error.issues[0]?.path.join('.')}: ${found.error.issues[0]?.message}`,
    )
  return found.data
}
