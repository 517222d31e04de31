/**
 * What a model may consist of. A graph is data, but some operations of TensorFlow reach beyond it:
 * they read and write files, talk to other machines, or run Python. So these are lists of what is
 * allowed, and whatever is in none of them is refused by name.
 */

const split = (words: string): string[] => words.trim().split(/\s+/);

/** Operations that make numbers from numbers, and nothing else. */
export const tensorOperations: ReadonlySet<string> = new Set(
  split(`
    Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Atan Atan2 Atanh AvgPool
    BatchMatMul BatchMatMulV2 BatchToSpaceND BiasAdd BroadcastArgs BroadcastTo Cast Ceil ClipByValue
    Concat ConcatV2 Const Conv2D Conv2DBackpropInput Cos Cosh CropAndResize Cumprod Cumsum
    DepthToSpace DepthwiseConv2d DepthwiseConv2dNative Dilation2D Div DivNoNan Einsum Elu EnsureShape
    Equal Erf Exp ExpandDims Expm1 FakeQuantWithMinMaxVars Fill Floor FloorDiv FloorMod FusedBatchNorm
    FusedBatchNormV2 FusedBatchNormV3 FusedDepthwiseConv2dNative Gather GatherNd GatherV2 Greater
    GreaterEqual Identity IdentityN IsFinite IsInf IsNan L2Loss LRN LeakyRelu Less LessEqual LinSpace
    Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul Max MaxPool Maximum Mean Min Minimum
    MirrorPad Mod Mul Neg NoOp NotEqual OneHot Ones OnesLike Pack Pad PadV2 Placeholder
    PlaceholderWithDefault Pow Prelu Prod Range Rank RealDiv Reciprocal Relu Relu6 Reshape
    ResizeBilinear ResizeNearestNeighbor ReverseV2 Round Rsqrt Select SelectV2 Selu Shape ShapeN
    Sigmoid Sign Sin Sinh Size Slice Snapshot Softmax Softplus SpaceToBatchND SpaceToDepth Split
    SplitV Sqrt Square SquaredDifference Squeeze StopGradient StridedSlice Sub Sum Tan Tanh
    Tile Transpose Unpack Zeros ZerosLike _FusedConv2D _FusedMatMul`),
);

/** Those that a SavedModel keeps its weights in, and by which its functions call each other. */
export const variableOperations: ReadonlySet<string> = new Set(
  split(`
    VarHandleOp ReadVariableOp VariableV2 Variable PartitionedCall StatefulPartitionedCall`),
);

/** Those by which TensorFlow itself reads the weights of a SavedModel while it is loaded. */
export const restoringOperations: ReadonlySet<string> = new Set(
  split(`
    RestoreV2 Restore AssignVariableOp Assign DisableCopyOnRead`),
);

/** Never wanted in a network, whether or not anything would run it. */
export const dangerousOperations: ReadonlySet<string> = new Set(
  split(`
    ReadFile WriteFile MatchingFiles WholeFileReader WholeFileReaderV2 TextLineReader
    TextLineReaderV2 TFRecordReader TFRecordReaderV2 FixedLengthRecordReader
    FixedLengthRecordReaderV2 IdentityReaderV2 LMDBReader TextLineDataset TFRecordDataset
    FixedLengthRecordDataset FixedLengthRecordDatasetV2 InitializeTableFromTextFile
    InitializeTableFromTextFileV2 PyFunc PyFuncStateless EagerPyFunc PrintV2 Print
    ImmutableConst DebugIdentity DebugIdentityV2 DebugNanCount DebugNumericSummary
    DebugNumericSummaryV2 CreateSummaryFileWriter CreateSummaryDbWriter SummaryWriter
    WriteSummary RpcCall RpcClient RpcServer RpcServerStart TryRpc Rpc DataServiceDataset
    DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4 SaveDataset SaveDatasetV2 LoadDataset
    SnapshotDataset SnapshotDatasetV2 GcsConfigureBlockCache GcsConfigureCredentials BigQueryReader
    LoadAndRemapMatrix GenerateVocabRemapping XlaLaunch _Send _Recv _HostSend _HostRecv
    CollectiveReduce CollectiveReduceV2 CollectiveBcastSend CollectiveBcastRecv CollectiveGather
    RemoteCall RemoteFusedGraphExecute`),
);

/** The layers of Keras that TensorFlow.js has, as far as networks for pictures use them. */
export const layerClasses: ReadonlySet<string> = new Set(
  split(`
    Model Functional Sequential InputLayer Activation ReLU LeakyReLU PReLU ELU Softmax ThresholdedReLU
    Conv2D Conv2DTranspose SeparableConv2D DepthwiseConv2D Conv1D UpSampling2D Cropping2D Dense Dropout
    SpatialDropout1D Flatten Permute RepeatVector Reshape Masking Embedding Add Average Concatenate
    Maximum Minimum Multiply Dot BatchNormalization LayerNormalization ZeroPadding2D
    AveragePooling1D AveragePooling2D MaxPooling1D MaxPooling2D GlobalAveragePooling1D
    GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D AvgPool2D AvgPooling2D MaxPool2D
    GlobalAvgPool2D GlobalMaxPool2D GaussianNoise GaussianDropout AlphaDropout Rescaling Resizing
    CenterCrop`),
);
