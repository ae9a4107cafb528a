import { formatDuration } from '../ui/format.ts'

/** How old a figure is: below a minute in whole seconds, then in whole minutes, which is all that anybody goes by. */
export function ageText(seconds: number): string {
  return formatDuration(
    (seconds < 60 ? Math.max(1, Math.floor(seconds)) : Math.floor(seconds / 60) * 60) * 1_000,
  )
}
