/** A probability in whole per cent, as sentences and pages say it; never 0 % or 100 % where it is not exactly that. */
export function probabilityText(probability: number): string {
  const percent = Math.round(probability * 100)
  if (percent === 100 && probability < 1) return '> 99 %'
  if (percent === 0 && probability > 0) return '< 1 %'
  return `${percent} %`
}
