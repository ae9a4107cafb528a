import type { RuleAlert, RuleSample } from './index.ts'
import { promqlLanguage } from './language.ts'
import type { VectorItem } from './rule.ts'
import { parseRules } from './rule-document.ts'
import { RuleGroup } from './rule-group.ts'

export const language = promqlLanguage

const minuteMs = 60_000

/** One group over answers written by hand, at whole minutes. */
export class GroupRig {
  readonly recorded: RuleSample[] = []
  readonly told: RuleAlert[][] = []
  readonly asked: { query: string; timeMs: number }[] = []
  /** Answers by query; a function may throw. */
  readonly answers = new Map<string, VectorItem[] | (() => VectorItem[])>()
  failTelling = false
  readonly group: RuleGroup

  constructor(document: string, options: Partial<RuleGroup['options']> = {}) {
    this.group = this.made(document, options)
  }

  made(document: string, options: Partial<RuleGroup['options']> = {}): RuleGroup {
    const { groups, problems } = parseRules(document, language)
    if (problems.length > 0) throw new Error(problems.join('\n'))
    return new RuleGroup(
      groups[0]!,
      {
        query: async (query, timeMs) => {
          this.asked.push({ query, timeMs })
          const answer = this.answers.get(query) ?? []
          return typeof answer === 'function' ? answer() : answer
        },
        record: async (samples) => void this.recorded.push(...samples),
        alert: async (alerts) => {
          if (this.failTelling) throw new Error('unreachable')
          this.told.push([...alerts])
        },
        monotonic: () => 0,
        externalLabels: { cluster: 'eu' },
        externalUrl: () => 'http://localhost',
      },
      {
        file: 'a.yml',
        intervalMs: minuteMs,
        queryOffsetMs: 0,
        resendMs: minuteMs,
        restored: true,
        ...options,
      },
    )
  }

  /** Evaluates at this minute and hands over what was told. */
  async at(minute: number, group = this.group): Promise<RuleAlert[]> {
    this.told.length = 0
    await group.evaluate(minute * minuteMs)
    return this.told.flat()
  }

  /** The one alerting rule. */
  get rule() {
    const rule = this.group.state().rules[0]
    if (rule?.kind !== 'ALERTING') throw new Error('the first rule is no alerting rule')
    return rule
  }

  /** Samples since the last call, as text. */
  written(): string[] {
    return this.recorded.splice(0).map((sample) => {
      const { __name__, ...labels } = sample.labels
      const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
      const value = 'value' in sample ? sample.value : 'stale' in sample ? 'stale' : 'histogram'
      return `${__name__}{${pairs.map(([name, text]) => `${name}="${text}"`).join(',')}} ${value} @${sample.timeMs / minuteMs}m`
    })
  }
}

export const firing = (labels: Record<string, string> = {}, value = 1): VectorItem => ({ labels, value })
