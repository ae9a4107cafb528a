import { z } from 'zod'

/** A filter with a name, kept in this browser: `search` is what stands in the address after the question mark. */
const Preset = z.object({ name: z.string().min(1).max(60), search: z.string().max(4_096) })
export type Preset = z.infer<typeof Preset>

const storageKey = 'aiops.alert-presets'
const presetsMax = 30

/** What everybody has. */
export const givenPresets: readonly Preset[] = [
  { name: 'Firing, worst first', search: '?state=FIRING&sort=-severity' },
  { name: 'Severe and in no incident', search: '?state=FIRING&severity=CRITICAL&severity=HIGH&incident=no' },
  { name: 'Firing for longest', search: '?state=FIRING&sort=starts_at' },
  { name: 'Silenced', search: '?silenced=yes' },
]

/** None where what is kept cannot be read. */
export function readPresets(storage: Pick<Storage, 'getItem'> = localStorage): Preset[] {
  try {
    return z
      .array(Preset)
      .max(presetsMax)
      .parse(JSON.parse(storage.getItem(storageKey) ?? '[]'))
  } catch {
    return []
  }
}

/** The same name again takes the other's place; beyond 30 the oldest goes. */
export const withPreset = (presets: readonly Preset[], preset: Preset): Preset[] =>
  [...presets.filter(({ name }) => name !== preset.name), preset].slice(-presetsMax)

export function keepPresets(
  presets: readonly Preset[],
  storage: Pick<Storage, 'setItem'> = localStorage,
): void {
  try {
    storage.setItem(storageKey, JSON.stringify(presets))
  } catch {
    // A browser that keeps nothing still filters.
  }
}
