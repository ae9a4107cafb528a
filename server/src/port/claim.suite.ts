import { describe, test } from 'vitest'

/** What a store cannot do, by the name of the claim, with the reason. */
export type Limits = Readonly<Record<string, string>>
type Body = () => void | Promise<void>

export type Claim = {
  (title: string, body: Body): void
  skipIf(condition: boolean): (title: string, body: Body) => void
}
/** `test` for a suite: claims among the limits are skipped, each with its reason; a limit that is no claim of the suite fails. */
export function claims(limits: Limits): Claim {
  const unknown = new Set(Object.keys(limits))
  const claim = (title: string, body: Body): void => {
    unknown.delete(title)
    if (Object.hasOwn(limits, title)) test.skip(`${title} (skipped: ${limits[title]})`, body)
    else test(title, body)
  }
  if (unknown.size > 0)
    describe('limits of the store', () => {
      test('are claims of the suite', () => {
        if (unknown.size > 0) throw new Error(`The suite claims nothing called: ${[...unknown].join('; ')}`)
      })
    })
  return Object.assign(claim, { skipIf: (condition: boolean) => (condition ? test.skip : claim) })
}
