import type { ScoreFactor } from '@aiops/contract/model/decision'
import { type Command, InvalidArgumentError } from 'commander'
import { systemClock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import {
  coursesOf,
  PlacementConfig,
  readTraceText,
  replay,
  replaySettings,
} from '../../../service/placement/index.ts'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { dim, percent, print, printJson, table } from '../print.ts'
import { textOf } from '../text-file.ts'
import { pastTimeOf } from '../time-option.ts'
import { money } from './money.ts'

type Weights = Partial<Record<ScoreFactor, number>>
type Options = ConnectionOptions & {
  from?: string
  to?: string
  weights?: Weights
  set: Record<string, unknown>
  input?: string
  service?: string[]
}

/** `aiops cost replay`: a period decided again, by the code that decides live; against a platform, or a file without one. */
export function replayCommand(cost: Command): void {
  withConnection(
    cost
      .command('replay')
      .description('decide a period again, beside never moving, always the cheapest, and hindsight'),
  )
    .option('--from <time>', 'ISO time, or how long ago; a day before the end unless given', pastTimeOf)
    .option('--to <time>', 'ISO time, or how long ago; now unless given', pastTimeOf)
    .option('--service <name...>', 'only these')
    .option('--weights <list>', 'cost=0.4,latency=0.25,credits=0.2,availability=0.15', weightsOf)
    .option('--set <setting=value>', 'another setting of placement, for example dwell=2h', settingOf, {})
    .option('--input <file>', 'JSON lines or CSV of telemetry, decided here without a platform')
    .addHelpText(
      'after',
      '\nExamples:\n  aiops cost replay --from 2026-11-20T00:00:00Z\n  aiops cost replay --input day.jsonl --weights cost=1\n',
    )
    .action(async (options: Options) => {
      const answer = options.input === undefined ? await asked(options) : await ofFile(options.input, options)
      if (options.json) return printJson(answer)
      const rows = answer.courses.map((one) => [
        one.name,
        money(one.bill_usd),
        String(one.moves),
        money(one.migration_usd),
        money(one.regret_usd),
      ])
      for (const line of table([['', 'BILL', 'MOVES', 'MIGRATION', 'REGRET'], ...rows])) print(line)
      print(dim(`${answer.samples} samples, ${percent(answer.coverage)} of the period known`))
      for (const notice of answer.notices) print(dim(notice))
    })
}

const noWeights: Record<ScoreFactor, number> = { COST: 0, LATENCY: 0, CREDITS: 0, AVAILABILITY: 0 }

async function asked({ from, to, weights, set, service, ...options }: Options) {
  const end = to ?? new Date(systemClock.now()).toISOString()
  const start = from ?? new Date(Date.parse(end) - 86_400_000).toISOString()
  const body = {
    start,
    end,
    services: service ?? [],
    settings: set,
    // What is not named weighs nothing, as in a replay of a file.
    ...(weights ? { weights: { ...noWeights, ...weights } } : {}),
  }
  return connect(options).replayDecisions({ body })
}

async function ofFile(path: string, { weights, set }: Options) {
  const { trace, left } = readTraceText(textOf(path))
  const settings = replaySettings(PlacementConfig.parse({}), weights, set)
  const played = await replay(trace, settings, new Turn(systemClock))
  const notices =
    left > 0 ? [...played.notices, `${left} lines or readings could not be used.`] : played.notices
  return { courses: coursesOf(played), samples: played.samples, coverage: played.coverage, notices }
}

function weightsOf(text: string): Weights {
  const weights: Weights = {}
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=')
    const factor = name.toUpperCase()
    const number = Number(value)
    if (
      !/^(COST|LATENCY|CREDITS|AVAILABILITY)$/.test(factor) ||
      value === '' ||
      !(number >= 0 && number <= 1)
    )
      throw new InvalidArgumentError('Write them as cost=0.4,latency=0.25, each from 0 to 1.')
    weights[factor as ScoreFactor] = number
  }
  return weights
}

/** `migration.flat_usd=0.25`: one group deep, numbers as numbers. */
function settingOf(text: string, before: Record<string, unknown>): Record<string, unknown> {
  const [path = '', ...rest] = text.split('=')
  const value = rest.join('=')
  const [name = '', inner] = path.split('.')
  if (!/^[a-z_]+(\.[a-z_]+)?$/.test(path) || value === '')
    throw new InvalidArgumentError('Write it as setting=value.')
  const parsed = value !== '' && Number.isFinite(Number(value)) ? Number(value) : value
  const group = (before[name] ?? {}) as Record<string, unknown>
  return { ...before, [name]: inner === undefined ? parsed : { ...group, [inner]: parsed } }
}
