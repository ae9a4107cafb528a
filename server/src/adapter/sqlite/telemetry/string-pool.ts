/** Each distinct string once, by a dense number: labels repeat far more than they differ. */
export class StringPool {
  readonly #ids = new Map<string, number>()
  readonly #texts: string[] = []
  /** The number of this text, given out on first sight. */
  intern(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const id = this.#texts.length
    this.#texts.push(text)
    this.#ids.set(text, id)
    return id
  }
  find(text: string): number | undefined {
    return this.#ids.get(text)
  }
  text(id: number): string {
    return this.#texts[id]!
  }
}
