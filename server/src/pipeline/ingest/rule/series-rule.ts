import type { Labels } from '@aiops/contract/model/label'
import type { Action, Rule } from './rule-document.ts'

/** What the rules make of a series; found out once, when it is first seen. */
export type SeriesVerdict = {
  labels: Labels
  dropped: boolean
  analyse: boolean
  /** One sample an interval; 0 for all. */
  everyMs: number
  conversions: readonly Extract<Action, { do: 'convert' }>[]
  aggregations: readonly Extract<Action, { do: 'aggregate' }>[]
}

/** Rules in their order, each seeing what those before it made of the labels; after a drop none. Pure. */
export function judgeSeries(rules: readonly Rule[], labels: Labels): SeriesVerdict {
  const verdict = {
    labels,
    dropped: false,
    analyse: true,
    everyMs: 0,
    conversions: [] as Extract<Action, { do: 'convert' }>[],
    aggregations: [] as Extract<Action, { do: 'aggregate' }>[],
  }
  for (const { signals, fits, action } of rules) {
    if (!signals.has('metrics')) continue
    const fitting = fits((name) => verdict.labels[name])
    if (action.do === 'keep') verdict.dropped = !fitting
    else if (!fitting) continue
    else if (action.do === 'drop') verdict.dropped = true
    else if (action.do === 'route') verdict.analyse = action.analyse
    else if (action.do === 'thin') verdict.everyMs = action.everyMs
    else if (action.do === 'convert') verdict.conversions.push(action)
    else if (action.do === 'aggregate') verdict.aggregations.push(action)
    else if (action.do === 'relabel') {
      const map = new Map(Object.entries(verdict.labels))
      verdict.dropped = !action.relabel(map)
      verdict.labels = Object.fromEntries([...map].filter(([, value]) => value !== ''))
    } else verdict.labels = relabelled(verdict.labels, action)
    if (verdict.dropped) break
  }
  return verdict
}

/** Labels after an action on labels; the same object where it changes nothing. */
export function relabelled(labels: Labels, action: Action): Labels {
  switch (action.do) {
    case 'set':
      return withLabels(labels, action.labels, action.replace)
    case 'lookup':
      return withLabels(labels, action.values.get(labels[action.by] ?? '') ?? {}, false)
    case 'rename': {
      const value = labels[action.from]
      if (value === undefined) return labels
      const { [action.from]: _, ...rest } = labels
      return withLabels(rest, { [action.to]: value }, true)
    }
    case 'remove':
      return Object.fromEntries(Object.entries(labels).filter(([name]) => !action.labels.has(name)))
    default:
      return labels
  }
}

function withLabels(labels: Labels, more: Readonly<Record<string, string>>, replace: boolean): Labels {
  const added = Object.entries(more).filter(
    ([name, value]) => value !== '' && (replace || labels[name] === undefined),
  )
  return added.length === 0 ? labels : { ...labels, ...Object.fromEntries(added) }
}
