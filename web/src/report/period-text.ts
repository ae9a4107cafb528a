const minute = (ms: number): string => {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return Number.isNaN(local.getTime()) ? '' : local.toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-11-20 11:56 to 2026-11-21 11:56`, in local time; the date once where both are of one day. */
export function periodText({ start, end }: { start: string; end: string }): string {
  const [from, to] = [minute(Date.parse(start)), minute(Date.parse(end))]
  return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`
}
