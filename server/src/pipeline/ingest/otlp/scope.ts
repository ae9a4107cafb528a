import type { Attribute } from './attribute.ts'

/** An InstrumentationScope as a reader found it. */
export type RawScope = { name: string; version: string; attributes: readonly Attribute[] }

export const noScope: RawScope = { name: '', version: '', attributes: [] }

/** Named as OpenTelemetry names a scope's fields outside OTLP ("Mapping to non-OTLP Formats", "InstrumentationScope"). */
export function scopeAttributes({ name, version, attributes }: RawScope): Attribute[] {
  const found: Attribute[] = []
  if (name !== '') found.push({ key: 'otel.scope.name', value: name })
  if (version !== '') found.push({ key: 'otel.scope.version', value: version })
  for (const { key, value } of attributes) if (key !== '') found.push({ key: `otel.scope.${key}`, value })
  return found
}
