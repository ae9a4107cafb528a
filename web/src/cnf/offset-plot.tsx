import { offsetShare, offsetText, type PtpLimits } from './ptp-clock.ts'

const half = 100
const height = 18

/** Where an offset lies between too early and too late. Bands: within the limit, beyond it, beyond what the network may use. */
export function OffsetPlot({
  offset,
  max,
  limits,
}: {
  offset: number | null
  max: number | null
  limits: PtpLimits
}) {
  const full = limits.severe * 2
  const x = (ns: number): number => half * (1 + offsetShare(ns, full))
  const label =
    offset === null
      ? 'No offset'
      : `Offset ${offsetText(offset)}, limits ±${limits.warning} and ±${limits.severe} ns`
  const tone = offset === null ? '' : toneOf(offset, limits)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${half * 2} ${height}`}
      preserveAspectRatio="none"
      className="h-[18px] w-full min-w-32 overflow-visible"
    >
      <rect x="0" y="5" width={half * 2} height="8" fill="var(--critical-soft)" />
      <rect
        x={x(-limits.severe)}
        y="5"
        width={x(limits.severe) - x(-limits.severe)}
        height="8"
        fill="var(--medium-soft)"
      />
      <rect
        x={x(-limits.warning)}
        y="5"
        width={x(limits.warning) - x(-limits.warning)}
        height="8"
        fill="var(--ok-soft)"
      />
      <line
        x1={half}
        x2={half}
        y1="2"
        y2={height - 2}
        stroke="var(--line-strong)"
        vectorEffect="non-scaling-stroke"
      />
      {offset !== null && max !== null && (
        <line
          x1={x(offset)}
          x2={x(max)}
          y1="9"
          y2="9"
          stroke={tone}
          strokeWidth="1"
          vectorEffect="non-scaling-stroke"
        />
      )}
      {offset !== null && (
        // A line of no length with round ends stays a round dot however wide the plot is.
        <line
          x1={x(offset)}
          x2={x(offset)}
          y1="9"
          y2="9"
          stroke={tone}
          strokeWidth="8"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  )
}

/** The scale of the plots below it. */
export function OffsetScale({ limits }: { limits: PtpLimits }) {
  const full = limits.severe * 2
  return (
    <span className="relative block h-4 min-w-32 text-[0.6875rem] leading-4">
      {[-limits.severe, -limits.warning, 0, limits.warning, limits.severe].map((ns) => (
        <span
          key={ns}
          className="-translate-x-1/2 absolute whitespace-nowrap"
          style={{ left: `${50 * (1 + offsetShare(ns, full))}%` }}
        >
          {ns === 0 ? '0' : offsetText(ns)}
        </span>
      ))}
    </span>
  )
}

export const toneOf = (offset: number, { warning, severe }: PtpLimits): string =>
  Math.abs(offset) > severe ? 'var(--critical)' : Math.abs(offset) > warning ? 'var(--medium)' : 'var(--ok)'
