/** Every coefficient of the score, in units of log-odds before the temperature. One set for all data. */
export type Weights = {
  /** What the second, third … reason at one entity adds to its strongest. */
  further: number
  /** Explaining all symptoms by what depends on the entity, against none. */
  coverage: number
  /** The entity is where the symptom was seen. */
  atSymptom: number
  /** Per call between symptom and entity on a path that is in trouble all along. */
  path: number
  /** Another kind of trouble than the one seen. */
  otherKind: number
  /** Per octave of mass (see mass.ts) below the largest of its kind. */
  mass: number
  /** Of a size that cannot make the symptom. */
  tooSmall: number
  /** Beginning one onset scale after the first. */
  late: number
  /** What an entity must reach before it is likelier than "none of these", and how that grows with the number looked at. */
  unknown: number
  unknownPerEntity: number
  /** What healthy windows of the case itself are blamed for (see noise.ts): by how much of it "none of these" is likelier, and all less sure. */
  unknownPerNoise: number
  temperaturePerNoise: number
  temperature: number
  /** What a second, third cause must show beyond what "none of these" must be beaten by. */
  several: number
}

export const defaultWeights: Weights = {
  further: 0.4,
  coverage: 1,
  atSymptom: 0.5,
  path: 0.3,
  otherKind: 3,
  tooSmall: 2,
  mass: 0.5,
  late: 0.5,
  unknown: 1.3,
  unknownPerEntity: 0.12,
  unknownPerNoise: 0.85,
  temperaturePerNoise: 0.1,
  temperature: 0.35,
  several: 0.4,
}

/** A reason for or against a candidate, in log-odds. */
export type Part = { name: string; value: number }
