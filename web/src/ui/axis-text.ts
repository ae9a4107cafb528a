import { formatValue } from './format.ts'

/** Texts of a value axis. Where those for people would read the same at two ticks, as many places as tell all ticks apart. */
export function axisTexts(
  splits: readonly number[],
  unit: string | undefined,
  metric: string | undefined,
): string[] {
  const texts = splits.map((value) => formatValue(value, unit, metric))
  if (new Set(texts).size === texts.length) return texts
  for (let places = 1; places <= 12; places += 1) {
    const told = splits.map((value) => value.toFixed(places))
    if (new Set(told).size === told.length) return told
  }
  return texts
}
