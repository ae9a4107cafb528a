import type { Calibration } from './use-cost.ts'

const size = 260
const left = 46
const bottom = 30
const ticks = [0, 0.25, 0.5, 0.75, 1]

/** Reliability: how often decisions of a confidence were right, with Wilson's interval; on the diagonal they meant what they said. */
export function CalibrationPlot({ bins }: Pick<Calibration, 'bins'>) {
  const x = (share: number): number => left + share * size
  const y = (share: number): number => 8 + (1 - share) * size
  const told = bins.filter(({ hit_rate, mean_confidence }) => hit_rate !== null && mean_confidence !== null)
  const most = Math.max(1, ...told.map(({ outcomes }) => outcomes))
  return (
    <svg
      role="img"
      aria-label={
        told.length === 0
          ? 'Reliability: no outcome yet'
          : `Reliability: ${told.map((bin) => `${Math.round((bin.mean_confidence ?? 0) * 100)} % sure, ${Math.round((bin.hit_rate ?? 0) * 100)} % right of ${bin.outcomes}`).join('; ')}`
      }
      viewBox={`0 0 ${left + size + 10} ${size + 8 + bottom + 12}`}
      className="mx-auto block w-full max-w-xs text-[11px]"
    >
      {ticks.map((tick) => (
        <g key={tick} fill="var(--ink-mute)">
          <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
          <line x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} stroke="var(--line)" />
          <text x={left - 5} y={y(tick) + 4} textAnchor="end">
            {tick * 100}
          </text>
          <text x={x(tick)} y={y(0) + 15} textAnchor="middle">
            {tick * 100}
          </text>
        </g>
      ))}
      <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} stroke="var(--ink-mute)" strokeDasharray="4 3" />
      <text x={x(0.5)} y={y(0) + 31} textAnchor="middle" fill="var(--ink-soft)">
        confidence, %
      </text>
      <text
        x={10}
        y={y(0.5)}
        textAnchor="middle"
        transform={`rotate(-90 10 ${y(0.5)})`}
        fill="var(--ink-soft)"
        dominantBaseline="middle"
      >
        right, %
      </text>
      {told.length === 0 && (
        <text x={x(0.3)} y={y(0.8)} textAnchor="middle" fill="var(--ink-soft)">
          no outcome yet
        </text>
      )}
      {told.map(({ from, mean_confidence, hit_rate, hit_rate_low, hit_rate_high, outcomes }) => {
        const cx = x(mean_confidence ?? 0)
        return (
          <g key={from} stroke="var(--series-1)">
            <title>{`${outcomes} outcomes: ${Math.round((hit_rate ?? 0) * 100)} % right`}</title>
            {hit_rate_low !== null && hit_rate_high !== null && (
              <>
                <line x1={cx} x2={cx} y1={y(hit_rate_low)} y2={y(hit_rate_high)} strokeWidth="1.5" />
                <line x1={cx - 4} x2={cx + 4} y1={y(hit_rate_low)} y2={y(hit_rate_low)} />
                <line x1={cx - 4} x2={cx + 4} y1={y(hit_rate_high)} y2={y(hit_rate_high)} />
              </>
            )}
            <circle
              cx={cx}
              cy={y(hit_rate ?? 0)}
              r={3 + 4 * Math.sqrt(outcomes / most)}
              fill="var(--series-1)"
            />
          </g>
        )
      })}
    </svg>
  )
}
