import { Badge } from '../ui/badge.tsx'
import { formatCount, formatProbability } from '../ui/format.ts'
import { QueryPanel } from '../ui/query-panel.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { counted } from '../ui/words.ts'
import { CalibrationPlot } from './calibration-plot.tsx'
import { type Calibration, useCalibration } from './use-cost.ts'

/** Outcomes before a calibration is one. */
const outcomesMin = 30

/** Whether decisions that were 90 % sure were right nine times in ten. */
export function CalibrationPanel() {
  const query = useCalibration()
  return (
    <QueryPanel
      title="Calibration"
      query={query}
      rows={8}
      actions={
        query.data &&
        (query.data.calibrated ? (
          <Badge tone="ok">calibrated (n={formatCount(query.data.outcomes)})</Badge>
        ) : (
          <Badge tone="medium">not yet calibrated (n={formatCount(query.data.outcomes)})</Badge>
        ))
      }
    >
      {(calibration) => (
        <div className="space-y-3 p-4">
          {!calibration.calibrated && (
            <p className="text-ink-soft">
              {counted(calibration.outcomes, 'outcome')} of {outcomesMin} that a calibration needs. Until then
              no change is approved on its confidence alone.
            </p>
          )}
          <CalibrationPlot bins={calibration.bins} />
          <p className="text-ink-soft">
            Brier score{' '}
            <span className="font-medium text-ink">
              {calibration.brier === null ? 'not known yet' : calibration.brier.toFixed(3)}
            </span>{' '}
            <span className="text-ink-mute text-xs">
              mean squared distance of confidence and outcome; 0 is best, 0.25 is a coin
            </span>
          </p>
          <BinTable bins={calibration.bins} />
        </div>
      )}
    </QueryPanel>
  )
}

function BinTable({ bins }: Pick<Calibration, 'bins'>) {
  const told = bins.filter(({ outcomes }) => outcomes > 0)
  if (told.length === 0) return null
  return (
    <table className="w-full text-xs">
      <caption className="sr-only">Outcomes by confidence</caption>
      <thead className="text-ink-mute">
        <tr>
          <TableHead>Confidence</TableHead>
          <TableHead className="text-right">Outcomes</TableHead>
          <TableHead className="text-right">Right</TableHead>
          <TableHead className="pr-0 text-right">95 % interval</TableHead>
        </tr>
      </thead>
      <tbody>
        {told.map((bin) => (
          <tr key={bin.from} className="border-t [&_td]:py-1">
            <td>
              {Math.round(bin.from * 100)} to {Math.round(bin.to * 100)} %
            </td>
            <td className="pr-4 text-right">{formatCount(bin.outcomes)}</td>
            <td className="pr-4 text-right">
              {bin.hit_rate === null ? '–' : formatProbability(bin.hit_rate)}
            </td>
            <td className="text-right">
              {bin.hit_rate_low === null || bin.hit_rate_high === null
                ? '–'
                : `${formatProbability(bin.hit_rate_low)} to ${formatProbability(bin.hit_rate_high)}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
