/** Stretches of rows that are marked, both ends included. */
export type Stretch = { from: number; to: number }

/**
 * How well marked rows meet labelled stretches. An event counts as found when one of its rows is marked; an episode counts as
 * true when one of its rows is labelled. `eventF1` is of events found and episodes true; `compositeF1` of events found and
 * rows rightly marked (Garg et al. 2021: recall by event, precision by row), which long false alarms cost more.
 */
export type EventScore = {
  events: number
  found: number
  episodes: number
  falseEpisodes: number
  eventF1: number
  compositeF1: number
}

export function eventScore(labels: ArrayLike<number>, marks: ArrayLike<number>): EventScore {
  const events = stretchesOf(labels)
  const episodes = stretchesOf(marks)
  const found = events.filter((event) => touches(event, marks)).length
  const falseEpisodes = episodes.filter((episode) => !touches(episode, labels)).length
  let marked = 0
  let right = 0
  for (let row = 0; row < marks.length; row += 1) {
    if (!marks[row]) continue
    marked += 1
    if (labels[row]) right += 1
  }
  const recall = events.length === 0 ? 0 : found / events.length
  const precision = episodes.length === 0 ? 0 : 1 - falseEpisodes / episodes.length
  return {
    events: events.length,
    found,
    episodes: episodes.length,
    falseEpisodes,
    eventF1: harmonic(recall, precision),
    compositeF1: harmonic(recall, marked === 0 ? 0 : right / marked),
  }
}

export function stretchesOf(marks: ArrayLike<number>): Stretch[] {
  const stretches: Stretch[] = []
  for (let row = 0; row < marks.length; row += 1) {
    if (!marks[row]) continue
    const last = stretches.at(-1)
    if (last && last.to === row - 1) last.to = row
    else stretches.push({ from: row, to: row })
  }
  return stretches
}

function touches({ from, to }: Stretch, marks: ArrayLike<number>): boolean {
  for (let row = from; row <= to; row += 1) if (marks[row]) return true
  return false
}

const harmonic = (a: number, b: number): number => (a + b === 0 ? 0 : (2 * a * b) / (a + b))
