/**
 * The protobuf classes with which tfjs-node reads SavedModels, and which it ships without types: the
 * parts that are used here. The messages are those of tensorflow/core/framework and
 * tensorflow/core/protobuf.
 */
import { createRequire } from 'node:module';

/** A map of protobuf. */
export interface ProtoMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  del(key: string): void;
  forEach(each: (value: Value, key: string) => void): void;
}

export interface NodeDef {
  getName(): string;
  getOp(): string;
  getInputList(): string[];
  getAttrMap(): ProtoMap<AttrValue>;
}
export interface AttrValue {
  getType(): number;
  hasFunc(): boolean;
  getFunc(): { getName(): string } | undefined;
  getList(): { addType(type: number): void } | undefined;
}
export interface ArgDef {
  setName(name: string): void;
  setType(type: number): void;
}
export interface FunctionDef {
  getSignature(): OpDef | undefined;
  getNodeDefList(): NodeDef[];
  getRetMap(): ProtoMap<string>;
}
interface OpDef {
  getName(): string;
  getOutputArgList(): { getName(): string }[];
  addOutputArg(arg: ArgDef): void;
}
export interface GraphDef {
  getNodeList(): NodeDef[];
  getLibrary(): { getFunctionList(): FunctionDef[] } | undefined;
}
export interface TensorInfo {
  getName(): string;
  setName(name: string): void;
  getDtype(): number;
  setDtype(type: number): void;
  setTensorShape(shape: object): void;
  getTensorShape():
    { getDimList(): { getSize(): number }[]; getUnknownRank(): boolean } | undefined;
}
export interface SignatureDef {
  getInputsMap(): ProtoMap<TensorInfo>;
  getOutputsMap(): ProtoMap<TensorInfo>;
  setMethodName(name: string): void;
}
export interface MetaGraphDef {
  getMetaInfoDef(): { getTagsList(): string[]; setTagsList(tags: string[]): void } | undefined;
  getGraphDef(): GraphDef | undefined;
  getSaverDef(): { getRestoreOpName(): string; getFilenameTensorName(): string } | undefined;
  getSignatureDefMap(): ProtoMap<SignatureDef>;
  getCollectionDefMap(): ProtoMap<{ getNodeList(): { getValueList(): string[] } | undefined }>;
}
export interface SavedModel {
  getMetaGraphsList(): MetaGraphDef[];
  setMetaGraphsList(graphs: MetaGraphDef[]): void;
  serializeBinary(): Uint8Array;
}
export interface Proto {
  SavedModel: { deserializeBinary(bytes: Uint8Array): SavedModel };
  OpDef: { ArgDef: new () => ArgDef };
  TensorInfo: new () => TensorInfo;
  TensorShape: new () => object;
  SignatureDef: new () => SignatureDef;
  DataType: Record<string, number>;
}

/** @throws Error where tfjs-node is not installed */
export function loadProto(): Proto {
  const require = createRequire(import.meta.url);
  return require('@tensorflow/tfjs-node/dist/proto/api_pb.js') as Proto;
}
