import { useSettings } from '../setting/use-settings.ts'

/** From where the rules begin to speak, as the platform is set. */
export type GpuThresholds = {
  temperatureWarning: number
  temperatureCritical: number
  memoryTemperatureWarning: number
  memoryTemperatureCritical: number
  memoryWarning: number
  memoryCritical: number
  idlePercent: number
}

const names: Readonly<Record<keyof GpuThresholds, { setting: string; preset: number }>> = {
  temperatureWarning: { setting: 'temperature_warning_celsius', preset: 84 },
  temperatureCritical: { setting: 'temperature_critical_celsius', preset: 90 },
  memoryTemperatureWarning: { setting: 'memory_temperature_warning_celsius', preset: 95 },
  memoryTemperatureCritical: { setting: 'memory_temperature_critical_celsius', preset: 105 },
  memoryWarning: { setting: 'memory_warning_percent', preset: 90 },
  memoryCritical: { setting: 'memory_critical_percent', preset: 95 },
  idlePercent: { setting: 'idle_percent', preset: 5 },
}

/** The platform's settings; its presets where it does not tell them to this reader. */
export function thresholdsIn(
  settings: readonly { name: string; value?: unknown }[] | undefined,
): GpuThresholds {
  const told = new Map(settings?.map(({ name, value }) => [name, value]))
  const entries = Object.entries(names).map(([key, { setting, preset }]) => {
    const value = told.get(`infrastructure.gpu.${setting}`)
    return [key, typeof value === 'number' && Number.isFinite(value) ? value : preset]
  })
  return Object.fromEntries(entries) as GpuThresholds
}

const read = new WeakMap<object, GpuThresholds>()
const presets = thresholdsIn(undefined)

/** The same object as long as the settings are. */
export function useThresholds(): GpuThresholds {
  const { data } = useSettings()
  if (!data) return presets
  const known = read.get(data) ?? thresholdsIn(data.settings)
  read.set(data, known)
  return known
}
