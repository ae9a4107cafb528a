import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'

export type Setting = OperationOutput<Api['getSettings']>['settings'][number]

/** A value as one would write it in YAML on one line; nothing at all is –. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function filterSettings(settings: readonly Setting[], text: string, changedOnly: boolean): Setting[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return settings.filter((setting) => {
    const all = `${setting.name} ${valueText(setting.value)} ${setting.description}`.toLowerCase()
    return (!changedOnly || setting.source !== 'default') && words.every((word) => all.includes(word))
  })
}
