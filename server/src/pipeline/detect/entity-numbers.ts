import { noEntity } from './silence.ts'

/** Entities that watched series belong to, by number; one without series gives its number back. */
export class EntityNumbers {
  readonly #numbers = new Map<string, number>()
  readonly #keys: string[] = []
  readonly #members: number[] = []
  readonly #freed: number[] = []

  join(key: string): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) {
      this.#members[known] = (this.#members[known] as number) + 1
      return known
    }
    const number = this.#freed.pop() ?? this.#keys.length
    this.#numbers.set(key, number)
    this.#keys[number] = key
    this.#members[number] = 1
    return number
  }

  leave(number: number): void {
    if (number === noEntity) return
    const members = (this.#members[number] as number) - 1
    this.#members[number] = members
    if (members > 0) return
    this.#numbers.delete(this.#keys[number] as string)
    this.#keys[number] = ''
    this.#freed.push(number)
  }

  /** Gives back the numbers of a snapshot that nobody joined since. */
  sweep(): void {
    for (const [number, members] of this.#members.entries())
      if (members === 0 && this.#keys[number] !== '') {
        this.#members[number] = 1
        this.leave(number)
      }
  }

  /** Keys by number, for a snapshot; '' where a number is free. */
  get keys(): readonly string[] {
    return this.#keys
  }

  /** What a snapshot held, without a member yet. */
  load(keys: readonly string[]): void {
    for (const [number, key] of keys.entries()) {
      this.#keys[number] = key
      this.#members[number] = 0
      if (key === '') this.#freed.push(number)
      else this.#numbers.set(key, number)
    }
  }
}
