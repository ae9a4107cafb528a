import { type Slo, SloInput } from '@aiops/contract/model/slo'

export const draftKinds = ['ERRORS', 'LATENCY', 'AVAILABILITY', 'RATIO', 'HISTOGRAM', 'VALUE'] as const
export type DraftKind = (typeof draftKinds)[number]

/** An objective as it is typed. */
export type SloDraft = {
  name: string
  description: string
  service: string
  team: string
  kind: DraftKind
  objective: string
  window: SloInput['window']
  /** Seconds, or the histogram's unit. */
  below: string
  above: string
  good: string
  total: string
  query: string
  runbook: string
  alerts: boolean
}

export function draftOf(slo: Slo | undefined): SloDraft {
  const indicator = slo?.indicator
  return {
    ...{ name: slo?.name ?? '', description: slo?.description ?? '', team: slo?.team ?? '' },
    service: indicator && 'service' in indicator ? indicator.service : (slo?.service ?? ''),
    kind: indicator?.kind ?? 'ERRORS',
    objective: slo ? String(slo.objective) : '99.9',
    window: slo?.window ?? '30d',
    below: indicator && 'below' in indicator && indicator.below !== null ? String(indicator.below) : '',
    above: indicator?.kind === 'VALUE' && indicator.above !== null ? String(indicator.above) : '',
    good: indicator?.kind === 'RATIO' ? (indicator.good ?? '') : '',
    total: indicator?.kind === 'RATIO' ? indicator.total : '',
    query:
      indicator?.kind === 'HISTOGRAM'
        ? indicator.histogram
        : indicator?.kind === 'VALUE'
          ? indicator.query
          : '',
    runbook: slo?.alerting.runbook_url ?? '',
    alerts: slo?.alerting.enabled ?? true,
  }
}

const asked: Record<DraftKind, readonly (keyof SloDraft)[]> = {
  ERRORS: ['service'],
  LATENCY: ['service', 'below'],
  AVAILABILITY: ['service'],
  RATIO: ['good', 'total'],
  HISTOGRAM: ['query', 'below'],
  VALUE: ['query', 'below', 'above'],
}
/** What a kind asks for beyond the name and the objective. */
export const askedOf = (kind: DraftKind): readonly (keyof SloDraft)[] => asked[kind]

/** What is not complete yet, by field. */
export function draftProblems(draft: SloDraft): Map<string, string> {
  const problems = new Map<string, string>()
  if (draft.name.trim() === '') problems.set('name', 'Give it a name.')
  const objective = numberOf(draft.objective)
  if (objective === null || !(objective > 0 && objective < 100))
    problems.set('objective', 'A percentage between 0 and 100, such as 99.9.')
  for (const field of askedOf(draft.kind)) {
    const text = String(draft[field]).trim()
    const isNumber = field === 'below' || field === 'above'
    if (isNumber && text !== '' && numberOf(text) === null) problems.set(field, 'A number.')
    if (text === '' && !(draft.kind === 'VALUE' && isNumber)) problems.set(field, 'This is needed.')
  }
  if (draft.kind === 'VALUE' && draft.below.trim() === '' && draft.above.trim() === '')
    problems.set('below', 'One of the two limits is needed.')
  return problems
}

/** Of a draft without problems. What the form does not show of `before` stays. */
export function inputOf(draft: SloDraft, before?: Slo): SloInput {
  return SloInput.parse({
    ...(before ? { labels: before.labels, enabled: before.enabled } : {}),
    ...{ name: draft.name.trim(), description: draft.description.trim(), team: draft.team.trim() },
    service: draft.service.trim(),
    indicator: indicatorOf(draft, before),
    objective: numberOf(draft.objective),
    window: draft.window,
    alerting: { ...before?.alerting, enabled: draft.alerts, runbook_url: draft.runbook.trim() },
  })
}

function indicatorOf(draft: SloDraft, before: Slo | undefined): unknown {
  const { kind } = draft
  const [service, query, good, total] = [draft.service, draft.query, draft.good, draft.total].map((t) =>
    t.trim(),
  )
  const [below, above] = [numberOf(draft.below), numberOf(draft.above)]
  switch (kind) {
    case 'ERRORS':
      return { kind, service }
    case 'LATENCY':
      return { kind, service, below }
    case 'AVAILABILITY': {
      const known = before?.indicator
      return { kind, service, ...(known?.kind === kind ? { slice_target: known.slice_target } : {}) }
    }
    case 'RATIO':
      return { kind, good, total }
    case 'HISTOGRAM':
      return { kind, histogram: query, below }
    case 'VALUE':
      return { kind, query, below, above }
  }
}

const numberOf = (text: string): number | null => {
  const value = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(value) ? value : null
}
