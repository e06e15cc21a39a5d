// biome-ignore-all lint/suspicious/noTsIgnore: `@ts-expect-error` is an error where the type is known.
// The platform's types that the declarations of this package use. A project knows them from `dom`, from `@types/node` or from the
// types of another runtime. The comments keep the declarations valid in a project that lacks one: the type is `any` there.

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformAbortSignal = AbortSignal;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformBlob = Blob;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformByteStream = ReadableStream<Uint8Array>;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformFetch = typeof globalThis.fetch;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformFile = File;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformHeadersInit = NonNullable<RequestInit["headers"]>;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformModule = WebAssembly.Module;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformRequest = Request;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformResponse = Response;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformTextStream = ReadableStream<string>;

/** @ts-ignore Unknown without the types of a platform. */
export type PlatformURL = URL;

/** A type of the platform as a member of a union: `any` would accept everything there, so an unknown type is left out. */
export type IfKnown<T> = unknown extends T ? never : T;
