import { type DetectionSettings, DetectionSettingsInput } from '@aiops/contract/model/detection'

/** The part of the settings that is a tenant's own, as text to change. */
export const settingText = ({ defaults, rules }: DetectionSettings): string =>
  `${JSON.stringify({ defaults, rules }, null, 2)}\n`

/** What was typed, or why it cannot be taken. */
export function readSettingText(text: string): { settings: DetectionSettingsInput } | { problem: string } {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    return { problem: `It is no JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  const read = DetectionSettingsInput.safeParse(raw)
  if (read.success) return { settings: read.data }
  const [first] = read.error.issues
  return { problem: `${first?.path.join('.') || 'The document'}: ${first?.message ?? 'is not valid'}` }
}
