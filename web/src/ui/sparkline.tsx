/** The course of a few values, drawn as one line; text beside it says the numbers. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const width = 120
  const height = 28
  const path = sparklinePath(values, width, height)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="h-7 w-full"
    >
      {path !== '' && (
        <path d={`${path}L${width} ${height}L0 ${height}Z`} fill="var(--series-1)" opacity="0.12" />
      )}
      <path
        d={path}
        fill="none"
        stroke="var(--series-1)"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
      />
    </svg>
  )
}

/** SVG path from zero at the bottom to a tenth above the greatest value at the top. One value or none draws nothing. */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return ''
  const top = Math.max(...values, Number.MIN_VALUE) * 1.1
  const step = width / (values.length - 1)
  return values
    .map(
      (value, i) =>
        `${i === 0 ? 'M' : 'L'}${round(i * step)} ${round(height - 1.5 - (value / top) * (height - 3))}`,
    )
    .join('')
}

const round = (n: number): number => Math.round(n * 10) / 10
