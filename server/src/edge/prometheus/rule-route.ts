import type { Matcher } from '@aiops/contract/model/label'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { exponentNumber } from '../../kernel/go-number.ts'
import { labelTest } from '../../kernel/matcher.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import type { ActiveAlert, RuleGroupState } from '../../service/telemetry/index.ts'
import { answer } from './answer.ts'
import type { PrometheusDeps } from './index.ts'
import { badParameter, Parameters } from './parameter.ts'

/** Go's zero time, for what has not been evaluated. */
const never = '0001-01-01T00:00:00Z'

/** `GET /api/v1/rules`. */
export async function listRules(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const type = parameters.text('type').toLowerCase()
  if (!['', 'alert', 'record'].includes(type))
    throw badParameter('type', `not supported value ${JSON.stringify(type)}`)
  const sets = parameters.matchers(deps.language)
  const [names, groupNames, files] = ['rule_name[]', 'rule_group[]', 'file[]'].map(
    (name) => new Set(parameters.texts(name)),
  ) as [Set<string>, Set<string>, Set<string>]
  const withoutAlerts = parameters.flag('exclude_alerts')
  const groups = deps.rules
    .groups(request.tenant)
    .filter(
      ({ name, file }) =>
        (groupNames.size === 0 || groupNames.has(name)) && (files.size === 0 || files.has(file)),
    )
    .map((group) => ({
      group,
      rules: group.rules.filter(
        (rule) =>
          (type === '' || (type === 'alert') === (rule.kind === 'ALERTING')) &&
          (names.size === 0 || names.has(rule.name)) &&
          fitsAny(sets, rule.labels),
      ),
    }))
    .filter(({ rules, group }) => rules.length > 0 || (group.rules.length === 0 && names.size === 0))
  const { page, next } = paged(parameters, groups)
  return answer({
    groups: page.map(({ group, rules }) => ({
      ...{ name: group.name, file: group.file, rules: rules.map((rule) => ruleJson(rule, withoutAlerts)) },
      ...{ interval: group.intervalMs / 1_000, limit: group.limit, evaluationTime: group.evaluationSeconds },
      lastEvaluation: timeText(group.lastEvaluationMs),
    })),
    ...(next === undefined ? {} : { groupNextToken: next }),
  })
}

/** `GET /api/v1/alerts`. */
export async function listAlerts(deps: PrometheusDeps, { tenant }: IngestRequest): Promise<IngestReply> {
  const rules = deps.rules.groups(tenant).flatMap((group) => group.rules)
  return answer({
    alerts: rules.flatMap((rule) => (rule.kind === 'ALERTING' ? rule.alerts.map(alertJson) : [])),
  })
}

type Rule = RuleGroupState['rules'][number]

function ruleJson(rule: Rule, withoutAlerts: boolean): unknown {
  const base = {
    ...{ name: rule.name, query: rule.query, health: rule.health.toLowerCase() },
    ...(rule.lastError === '' ? {} : { lastError: rule.lastError }),
    ...{ evaluationTime: rule.evaluationSeconds, lastEvaluation: timeText(rule.lastEvaluationMs) },
  }
  if (rule.kind === 'RECORDING') {
    const labels = Object.keys(rule.labels).length > 0 ? { labels: rule.labels } : {}
    return { ...base, ...labels, type: 'recording' }
  }
  return {
    ...{ state: rule.phase.toLowerCase(), ...base, duration: rule.forMs / 1_000 },
    ...{ keepFiringFor: rule.keepFiringForMs / 1_000, labels: rule.labels, annotations: rule.annotations },
    ...{ alerts: withoutAlerts ? [] : rule.alerts.map(alertJson), type: 'alerting' },
  }
}

const alertJson = ({ labels, annotations, phase, activeMs, keepFiringSinceMs, value }: ActiveAlert) => ({
  ...{ labels, annotations, state: phase.toLowerCase(), activeAt: isoTime(activeMs) },
  ...(keepFiringSinceMs === undefined ? {} : { keepFiringSince: isoTime(keepFiringSinceMs) }),
  value: exponentNumber(value),
})

const timeText = (ms: number): string => (ms === 0 ? never : isoTime(ms))

/** Texts that are templates are matched as they are written. */
const fitsAny = (sets: readonly (readonly Matcher[])[], labels: Readonly<Record<string, string>>): boolean =>
  sets.length === 0 || sets.some((matchers) => labelTest(matchers)(labels))

type Shown = { group: RuleGroupState; rules: Rule[] }

/** `group_limit` groups from `group_next_token` on; the token is file and name of the first that is left out. */
function paged(parameters: Parameters, groups: Shown[]): { page: Shown[]; next?: string } {
  const limit = parameters.limit('group_limit')
  const token = parameters.text('group_next_token')
  if (limit === 0 && parameters.text('group_limit') === '' && token !== '')
    throw badParameter('group_limit', 'group_limit needs to be set when using group_next_token')
  if (parameters.text('group_limit') !== '' && limit === 0)
    throw badParameter('group_limit', 'group_limit must be positive')
  if (limit === 0) return { page: groups }
  const start = token === '' ? 0 : groups.findIndex((one) => tokenOf(one) === token)
  if (start < 0)
    throw new Fault(
      'INVALID_REQUEST',
      'invalid group_next_token: the group does not exist any more; begin anew',
    )
  const after = groups[start + limit]
  return { page: groups.slice(start, start + limit), ...(after ? { next: tokenOf(after) } : {}) }
}

const tokenOf = ({ group }: Shown): string =>
  Buffer.from(JSON.stringify([group.file, group.name])).toString('base64url')
