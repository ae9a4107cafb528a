import type { AlertSearchFilter } from '../../../port/alert-search-repository.ts'

type Some<K extends keyof AlertSearchFilter> = NonNullable<AlertSearchFilter[K]>
/** What alerts are asked for, as it comes over the API; but for the words of CEL, which are read elsewhere. */
export type AlertConditions = {
  state: Some<'states'>
  severity: Some<'severities'>
  source: readonly string[]
  name: readonly string[]
  service: readonly string[]
  label: readonly string[]
  entity?: Some<'entity'> | undefined
  fingerprint?: string | undefined
  silenced?: 'yes' | 'no' | undefined
  incident?: string | undefined
  text?: string | undefined
  cel?: string | undefined
  start_time?: string | undefined
  end_time?: string | undefined
}

const yes = { yes: true, no: false } as const
const isWord = (text: string): text is keyof typeof yes => text === 'yes' || text === 'no'

export function alertFilter({
  incident,
  silenced,
  label,
  start_time,
  end_time,
  ...query
}: AlertConditions): AlertSearchFilter {
  const { entity, fingerprint, text } = query
  return {
    ...{ entity, fingerprint, text, states: query.state, severities: query.severity },
    ...{ sources: query.source, names: query.name, services: query.service },
    labels: label.map(labelOf),
    silenced: silenced && yes[silenced],
    incident: incident !== undefined && isWord(incident) ? yes[incident] : incident,
    startMs: start_time === undefined ? undefined : Date.parse(start_time),
    endMs: end_time === undefined ? undefined : Date.parse(end_time),
  }
}

/** `name=value` or `name!=value`, as the contract has checked. */
function labelOf(text: string): { name: string; equal: boolean; value: string } {
  const at = text.indexOf('=')
  const equal = text[at - 1] !== '!'
  return { name: text.slice(0, equal ? at : at - 1), equal, value: text.slice(at + 1) }
}
