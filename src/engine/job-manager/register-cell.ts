/**
 * One register of the high-availability store with its version. A write whose outcome is unknown is
 * resolved by reading back: treating it as failed loses what did happen (FLINK-22494, FLINK-24543).
 */
import { present } from '../../base/assert.ts';
import type { World } from '../world/world.ts';

/** Pause before an unreachable store is asked again, ms. */
const retryMs = 20;

export class RegisterCell {
  private readonly world: World;
  private readonly name: string;
  private version = 0;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
  }

  /** Reads until it succeeds; remembers the version for the next write. */
  read(then: (value: string | null) => void): void {
    this.world.registers.read(this.name, (failure, found) => {
      if (failure !== null) {
        this.world.timer(retryMs, () => this.read(then));
        return;
      }
      const { value, version } = present(found, 'register');
      this.version = version;
      then(value);
    });
  }

  /** Writes against the remembered version; `false`: somebody else wrote, we lead no more. */
  write(value: string, then: (written: boolean) => void): void {
    this.world.registers.compareAndSet(
      { name: this.name, expected: this.version, value },
      (failure, written) => {
        if (failure === null) {
          this.version = present(written, 'version').version;
          then(true);
        } else if (failure.kind === 'conflict') then(false);
        else this.resolve(value, then);
      },
    );
  }

  private resolve(value: string, then: (written: boolean) => void): void {
    const before = this.version;
    this.read((found) => {
      if (found === value) then(true);
      else if (this.version === before) {
        this.world.timer(retryMs, () => this.write(value, then));
      } else then(false);
    });
  }
}
