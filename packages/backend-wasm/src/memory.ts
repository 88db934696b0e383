/** The backend's one memory: regions handed out and taken back. */
import { BackendError } from '@ascent-rl/core/errors';

const pageBytes = 65536;
/** Every region starts at a cache line. */
const alignment = 64;
/** Vectors may read beyond the last number of a region, never write. */
const margin = 16;

/** Regions of a WebAssembly memory. */
export class Regions {
  readonly memory: WebAssembly.Memory;
  readonly #maximum: number;
  /** Free ranges in ascending order; nothing is placed at address 0. */
  readonly #holes: { start: number; end: number }[] = [];
  readonly #sizes = new Map<number, number>();
  #end = alignment;

  /**
   * Starts with one page.
   *
   * @param maximum - Pages that the memory may grow to.
   * @param shared - Whether worker threads see it too.
   */
  constructor(maximum: number, shared: boolean) {
    this.#maximum = maximum;
    this.memory = new WebAssembly.Memory({ initial: 1, maximum, shared });
  }

  /**
   * Byte address of a new region, filled with zeros.
   *
   * @throws BackendError when the memory cannot grow that far.
   */
  allocate(bytes: number, what: string): number {
    const size = Math.ceil((bytes + margin) / alignment) * alignment;
    const hole = this.#holes.find(({ start, end }) => end - start >= size);
    const address = hole ? hole.start : this.#end;
    if (hole) hole.start += size;
    else this.#grow(size, what);
    this.#sizes.set(address, size);
    new Uint8Array(this.memory.buffer, address, size).fill(0);
    return address;
  }

  /** Takes a region back. */
  free(address: number): void {
    const end = address + this.#sizes.get(address)!;
    this.#sizes.delete(address);
    this.#holes.push({ start: address, end });
    this.#holes.sort((a, b) => a.start - b.start);
    for (let i = this.#holes.length - 1; i >= 0; i--) {
      const [hole, next] = [this.#holes[i]!, this.#holes[i + 1]];
      if (next && hole.end === next.start) {
        hole.end = next.end;
        this.#holes.splice(i + 1, 1);
      }
      if (hole.start === hole.end) this.#holes.splice(i, 1);
    }
    const last = this.#holes.at(-1);
    if (last?.end === this.#end) {
      this.#end = last.start;
      this.#holes.pop();
    }
  }

  #grow(size: number, what: string): void {
    const pages = Math.ceil((this.#end + size) / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    try {
      if (pages > 0) this.memory.grow(pages);
    } catch (cause) {
      const [needed, held, limit] = [size, this.#end, this.#maximum * pageBytes].map(
        (n) => `${(n / 2 ** 20).toFixed(1)} MiB`,
      );
      throw new BackendError(
        `wasm: ${what} needs ${needed}, ${held} are in use and the memory's limit is ${limit}; use smaller batches ` +
          'or networks, raise maximumMemory where it is set, or take another backend, e.g. onnx',
        { cause },
      );
    }
    this.#end += size;
  }
}
