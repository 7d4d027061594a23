<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>Attract</name>
    <message>
        <source>家门口，就能办</source>
        <translation>Government services, close to home</translation>
    </message>
    <message>
        <source>带上身份证，跟着屏幕一步一步办。</source>
        <translation>Bring your ID card and follow the screen, step by step.</translation>
    </message>
    <message>
        <source>开始办事</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>正在准备，请稍等</source>
        <translation>Getting ready, please wait</translation>
    </message>
    <message>
        <source>不会用？按右上角“求助”，或打 12345。</source>
        <translation>Not sure how? Press Help above, or call 12345.</translation>
    </message>
</context>
<context>
    <name>CancelOverlay</name>
    <message>
        <source>真的不办了吗？</source>
        <translation>Stop here?</translation>
    </message>
    <message>
        <source>您填的和拍的都会清除，什么都不会提交。</source>
        <translation>All you entered and scanned is erased. Nothing is handed in.</translation>
    </message>
    <message>
        <source>接着办</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>不办了，清除</source>
        <translation>Stop and erase</translation>
    </message>
</context>
<context>
    <name>Check</name>
    <message>
        <source>提交前请核对</source>
        <translation>Please check before you submit</translation>
    </message>
    <message>
        <source>有不对的，点“修改”，改好就回到这里。</source>
        <translation>If something is wrong, press Change. You come back here.</translation>
    </message>
    <message>
        <source>都对，去签名</source>
        <translation>All correct, go to sign</translation>
    </message>
    <message>
        <source>看下一页</source>
        <translation>See the next page</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>您改过</source>
        <translation>Changed by you</translation>
    </message>
    <message>
        <source>修改</source>
        <translation>Change</translation>
    </message>
    <message>
        <source>修改%1</source>
        <translation>Change %1</translation>
    </message>
</context>
<context>
    <name>Cleared</name>
    <message>
        <source>已清除您的信息</source>
        <translation>Your information is erased</translation>
    </message>
    <message>
        <source>请带走身份证和材料</source>
        <translation>Please take your ID card and papers</translation>
    </message>
</context>
<context>
    <name>Done</name>
    <message numerus="yes">
        <source>请在 %n 天内补交材料</source>
        <translation>
            <numerusform>Please bring the missing paper within one day</numerusform>
            <numerusform>Please bring the missing papers within %n days</numerusform>
        </translation>
    </message>
    <message>
        <source>别忘了身份证和原件</source>
        <translation>Take your ID card and originals</translation>
    </message>
    <message>
        <source>别忘了身份证</source>
        <translation>Take your ID card</translation>
    </message>
    <message>
        <source>再办一件</source>
        <translation>One more</translation>
    </message>
    <message>
        <source>拿好东西，离开</source>
        <translation>Take everything and leave</translation>
    </message>
</context>
<context>
    <name>Elsewhere</name>
    <message>
        <source>这件事联网才能办</source>
        <translation>This needs the network</translation>
    </message>
    <message>
        <source>这台机器暂时收满了</source>
        <translation>This machine is full for now</translation>
    </message>
    <message>
        <source>您这种情况换个办法</source>
        <translation>Your case goes another way</translation>
    </message>
    <message>
        <source>这件事请到窗口办</source>
        <translation>Please go to a counter</translation>
    </message>
    <message>
        <source>现在网络不通，您什么都没有交。请过会儿再来，或到窗口办。</source>
        <translation>The network is down; nothing was handed in. Come back later or go to a counter nearby.</translation>
    </message>
    <message>
        <source>您的信息没有留下。请去附近的地方办，或过一会儿再来。</source>
        <translation>Nothing of yours was kept. Go to a place nearby or come back later.</translation>
    </message>
    <message>
        <source>有变化要另外办理。您的信息没有留下，窗口可以马上办。</source>
        <translation>A change is handled differently. Nothing of yours was kept; a counter can help at once.</translation>
    </message>
    <message>
        <source>这台机器还不能收这件事。您的信息没有留下。</source>
        <translation>This machine cannot take this yet. Nothing of yours was kept.</translation>
    </message>
    <message>
        <source>政务服务热线 12345</source>
        <translation>Service hotline 12345</translation>
    </message>
    <message>
        <source>每天二十四小时有人接听</source>
        <translation>Answered day and night</translation>
    </message>
    <message>
        <source>看看别的事</source>
        <translation>Other services</translation>
    </message>
</context>
<context>
    <name>Expired</name>
    <message>
        <source>这张身份证过期了</source>
        <translation>This ID card has expired</translation>
    </message>
    <message>
        <source>有效期到 %1，您的信息没有留下。请换有效的证件，或先去换证。</source>
        <translation>Valid until %1. Nothing was kept. Use a valid document, or renew the card first.</translation>
    </message>
    <message>
        <source>换一张证件</source>
        <translation>Use another card</translation>
    </message>
</context>
<context>
    <name>FailureWords</name>
    <message>
        <source>读卡器</source>
        <translation>card reader</translation>
    </message>
    <message>
        <source>拍摄台</source>
        <translation>scanner</translation>
    </message>
    <message>
        <source>凭条打印机</source>
        <translation>slip printer</translation>
    </message>
    <message>
        <source>这台机器</source>
        <translation>machine</translation>
    </message>
    <message>
        <source>%1暂时用不了</source>
        <translation>The %1 cannot be used now</translation>
    </message>
    <message>
        <source>您填的内容还在。请换个办法，或找工作人员。</source>
        <translation>Your answers are kept. Try another way, or ask the staff.</translation>
    </message>
    <message>
        <source>%1断开了，正在重连</source>
        <translation>The %1 is reconnecting</translation>
    </message>
    <message>
        <source>您填的内容还在。请稍等几秒。</source>
        <translation>Your answers are kept. Please wait a few seconds.</translation>
    </message>
    <message>
        <source>%1正在恢复</source>
        <translation>The %1 is coming back</translation>
    </message>
    <message>
        <source>%1正忙，请稍等</source>
        <translation>The %1 is busy, please wait</translation>
    </message>
    <message>
        <source>您填的内容还在。轮到您时会自动继续。</source>
        <translation>Your answers are kept. It goes on by itself.</translation>
    </message>
    <message>
        <source>%1没有回应，正在重试</source>
        <translation>The %1 is silent, trying again</translation>
    </message>
    <message>
        <source>%1没听清，正在重试</source>
        <translation>The %1 misheard, trying again</translation>
    </message>
    <message>
        <source>%1中断了，正在重试</source>
        <translation>The %1 stopped, trying again</translation>
    </message>
    <message>
        <source>%1没有回应，正在重启它</source>
        <translation>The %1 is being restarted</translation>
    </message>
    <message>
        <source>请看看凭条出来没有</source>
        <translation>Please see whether the slip came out</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。没有出来请找工作人员。</source>
        <translation>Your number is valid. If no slip came out, ask the staff.</translation>
    </message>
    <message>
        <source>已停下</source>
        <translation>Stopped</translation>
    </message>
    <message>
        <source>您填的内容还在。想继续时请重新开始。</source>
        <translation>Your answers are kept. Start again when you like.</translation>
    </message>
    <message>
        <source>没读到证件</source>
        <translation>No card was read</translation>
    </message>
    <message>
        <source>请把证件平放在蓝色区域，先别拿走。</source>
        <translation>Lay the card flat on the blue area and leave it there.</translation>
    </message>
    <message>
        <source>证件拿开早了一点</source>
        <translation>The card was lifted too early</translation>
    </message>
    <message>
        <source>没有留下信息。请重新放好，提示后再拿。</source>
        <translation>Nothing was kept. Lay it down again and wait for the sign.</translation>
    </message>
    <message>
        <source>这种证件这里读不了</source>
        <translation>This kind of card cannot be read here</translation>
    </message>
    <message>
        <source>没有留下信息。请换身份证，或找工作人员。</source>
        <translation>Nothing was kept. Use an ID card, or ask the staff.</translation>
    </message>
    <message>
        <source>这一步要用另一种证件</source>
        <translation>This step needs another card</translation>
    </message>
    <message>
        <source>没有留下信息。请换成身份证再放一次。</source>
        <translation>Nothing was kept. Please lay down an ID card.</translation>
    </message>
    <message>
        <source>这张证件没能读出来</source>
        <translation>This card could not be read</translation>
    </message>
    <message>
        <source>没有留下信息。请找工作人员帮您核对。</source>
        <translation>Nothing was kept. Please ask the staff to check it.</translation>
    </message>
    <message>
        <source>证件信息没读完整</source>
        <translation>The card was not read completely</translation>
    </message>
    <message>
        <source>没有留下信息。请重新放一次。</source>
        <translation>Nothing was kept. Please lay it down again.</translation>
    </message>
    <message>
        <source>读卡器暂时用不了</source>
        <translation>The card reader cannot be used now</translation>
    </message>
    <message>
        <source>纸用完了</source>
        <translation>The paper has run out</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。请记下编号，或等工作人员换纸。</source>
        <translation>Your number is valid. Note it down, or wait for new paper.</translation>
    </message>
    <message>
        <source>纸快用完了</source>
        <translation>The paper is running low</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。您可以继续办。</source>
        <translation>Your number is valid. You can go on.</translation>
    </message>
    <message>
        <source>%1的盖子开着</source>
        <translation>The cover of the %1 is open</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。请找工作人员合上盖子。</source>
        <translation>Your number is valid. Please ask the staff to close it.</translation>
    </message>
    <message>
        <source>纸卡住了</source>
        <translation>The paper is stuck</translation>
    </message>
    <message>
        <source>编号有效。请不要用力拉，工作人员会帮您取出。</source>
        <translation>Your number is valid. Please do not pull; the staff will help.</translation>
    </message>
    <message>
        <source>切纸刀卡住了</source>
        <translation>The paper cutter is stuck</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。请找工作人员。</source>
        <translation>Your number is valid. Please ask the staff.</translation>
    </message>
    <message>
        <source>打印机要歇一下</source>
        <translation>The printer needs a short rest</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。一会儿自动继续。</source>
        <translation>Your number is valid. It goes on by itself.</translation>
    </message>
    <message>
        <source>有个字印不出来</source>
        <translation>One character cannot be printed</translation>
    </message>
    <message>
        <source>您的信息没有改动。请找工作人员。</source>
        <translation>Your information is unchanged. Please ask the staff.</translation>
    </message>
    <message>
        <source>这份凭条没排好</source>
        <translation>This slip was not laid out</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。请找工作人员补印。</source>
        <translation>Your number is valid. Please ask the staff for a print.</translation>
    </message>
    <message>
        <source>请看看打完整了吗</source>
        <translation>Did the slip come out whole?</translation>
    </message>
    <message>
        <source>编号有效，办理不受影响。没打完可以再打一张。</source>
        <translation>Your number is valid. You can have it printed again.</translation>
    </message>
    <message>
        <source>拍摄台没有画面，正在重启</source>
        <translation>No picture, the scanner restarts</translation>
    </message>
    <message>
        <source>已拍的页都在。请稍等。</source>
        <translation>The pages taken are kept. Please wait.</translation>
    </message>
    <message>
        <source>画面太暗</source>
        <translation>The picture is too dark</translation>
    </message>
    <message>
        <source>已拍的页都在。请看看有没有东西挡住镜头。</source>
        <translation>The pages taken are kept. Is something in front of the camera?</translation>
    </message>
    <message>
        <source>这一张没拍好</source>
        <translation>This picture did not work</translation>
    </message>
    <message>
        <source>已拍的页都在。请再拍一次。</source>
        <translation>The pages taken are kept. Please take it again.</translation>
    </message>
    <message>
        <source>没看到纸</source>
        <translation>No paper in view</translation>
    </message>
    <message>
        <source>已拍的页都在。请把纸放到台面中间。</source>
        <translation>The pages taken are kept. Lay the paper in the middle.</translation>
    </message>
    <message>
        <source>纸没有放全</source>
        <translation>The paper is cut off</translation>
    </message>
    <message>
        <source>已拍的页都在。请让四个角都露出来。</source>
        <translation>The pages taken are kept. Show all four corners.</translation>
    </message>
    <message>
        <source>这一面是空白的</source>
        <translation>This side is blank</translation>
    </message>
    <message>
        <source>已拍的页都在。请把有字的一面朝上。</source>
        <translation>The pages taken are kept. Turn the written side up.</translation>
    </message>
    <message>
        <source>这一页有点模糊</source>
        <translation>This page is blurred</translation>
    </message>
    <message>
        <source>已拍的页都在。请放平，再拍一次。</source>
        <translation>The pages taken are kept. Lay it flat and take it again.</translation>
    </message>
    <message>
        <source>这一页有点暗</source>
        <translation>This page is dark</translation>
    </message>
    <message>
        <source>已拍的页都在。请别挡住灯，再拍一次。</source>
        <translation>The pages taken are kept. Keep the light free and take it again.</translation>
    </message>
    <message>
        <source>这一页太小，看不清字</source>
        <translation>This page is too small to read</translation>
    </message>
    <message>
        <source>已拍的页都在。请看看是不是这一张。</source>
        <translation>The pages taken are kept. Is it the right paper?</translation>
    </message>
    <message>
        <source>这台机器暂时收满了</source>
        <translation>This machine is full for now</translation>
    </message>
    <message>
        <source>这一次没有提交。请去附近的地方办，或过一会儿再来。</source>
        <translation>Nothing was handed in. Go to a place nearby or come back later.</translation>
    </message>
    <message>
        <source>这台机器暂时收不了材料</source>
        <translation>This machine takes no papers now</translation>
    </message>
    <message>
        <source>这一次没有提交，原件请带走。请到窗口办，或找工作人员。</source>
        <translation>Nothing was handed in; take your originals. Go to a counter or ask the staff.</translation>
    </message>
    <message>
        <source>网络断了，可以继续办</source>
        <translation>The network is down, you can go on</translation>
    </message>
    <message>
        <source>您填的内容还在。材料会先存在本机，之后自动送出。</source>
        <translation>Your answers are kept. They are stored here and sent later.</translation>
    </message>
    <message>
        <source>受理平台回应有点慢</source>
        <translation>The platform answers slowly</translation>
    </message>
    <message>
        <source>您的材料还在，会自动再送。您不用等。</source>
        <translation>Your papers are kept and sent again. You need not wait.</translation>
    </message>
    <message>
        <source>受理平台还没有回话</source>
        <translation>The platform has not answered yet</translation>
    </message>
    <message>
        <source>受理平台没有收下</source>
        <translation>The platform did not take it over</translation>
    </message>
    <message>
        <source>您的材料还在本机。工作人员会处理，请记下编号。</source>
        <translation>Your papers are kept here. The staff will see to it; note the number.</translation>
    </message>
    <message>
        <source>受理平台暂时停收</source>
        <translation>The platform takes nothing just now</translation>
    </message>
    <message>
        <source>您的材料还在，恢复后自动送出。</source>
        <translation>Your papers are kept and sent later.</translation>
    </message>
    <message>
        <source>这台机器还不能收材料</source>
        <translation>This machine cannot take papers yet</translation>
    </message>
    <message>
        <source>这件事现在办不了</source>
        <translation>This cannot be done just now</translation>
    </message>
    <message>
        <source>这一步没走通</source>
        <translation>This step did not work</translation>
    </message>
    <message>
        <source>没有提交的内容不会外传。请再试一次，或找工作人员。</source>
        <translation>Nothing unsent leaves this machine. Try again, or ask the staff.</translation>
    </message>
    <message>
        <source>请找工作人员帮忙</source>
        <translation>Please ask the staff for help</translation>
    </message>
    <message>
        <source>您的材料没有丢。请说出右下角的代码。</source>
        <translation>Your papers are not lost. Tell them the code at the lower right.</translation>
    </message>
</context>
<context>
    <name>Fault</name>
    <message>
        <source>您填的内容还在</source>
        <translation>Your answers are kept</translation>
    </message>
    <message>
        <source>这一次没有提交，您的信息会清除</source>
        <translation>Nothing was handed in; your information is erased</translation>
    </message>
    <message>
        <source>要人帮忙，请按右上角“求助”</source>
        <translation>To get help, press Help above</translation>
    </message>
    <message>
        <source>看看别的事</source>
        <translation>Other services</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
</context>
<context>
    <name>FootLine</name>
    <message>
        <source>演示数据 · 模拟设备</source>
        <translation>Demo data · simulated devices</translation>
    </message>
    <message>
        <source>演示数据</source>
        <translation>Demo data</translation>
    </message>
    <message>
        <source>模拟设备</source>
        <translation>Simulated devices</translation>
    </message>
    <message>
        <source>工作人员查看：%1</source>
        <translation>For the staff: %1</translation>
    </message>
</context>
<context>
    <name>HelpOverlay</name>
    <message>
        <source>点一下您要办的事。不确定，就先点最像的那一件。</source>
        <translation>Press what you need. If unsure, press what comes closest.</translation>
    </message>
    <message>
        <source>这一页只问一件事。答错了不要紧，后面还能改。</source>
        <translation>This page asks one thing. You can change it later.</translation>
    </message>
    <message>
        <source>先看要带什么、多久办好。按“开始办理”才会用身份证。</source>
        <translation>See first what is needed. Your card is used only after you begin.</translation>
    </message>
    <message>
        <source>身份证平放在蓝色亮框里，等提示再拿开。没带证或读不出来，可以到窗口办。</source>
        <translation>Lay your ID card flat in the blue frame until told to take it. No card, or it cannot be read? Please go to the counter.</translation>
    </message>
    <message>
        <source>写着“已免交”的不用管，写着“请扫描”的等会儿放到台面上。</source>
        <translation>“Not needed” is settled. “Please scan” is laid on the plate later.</translation>
    </message>
    <message>
        <source>纸放在台面中间，四个角都露出来，放稳就会自己拍。</source>
        <translation>Lay the paper in the middle, all corners in view. It is taken by itself.</translation>
    </message>
    <message>
        <source>从上到下看一遍，不对的点“修改”。</source>
        <translation>Read from top to bottom. Press Change where it is wrong.</translation>
    </message>
    <message>
        <source>用手指在框里写名字，写得不好可以重写。</source>
        <translation>Write your name in the box with a finger. You can write it again.</translation>
    </message>
    <message>
        <source>请稍等一会儿，材料不会丢。</source>
        <translation>Please wait a moment; nothing gets lost.</translation>
    </message>
    <message>
        <source>请拿好凭条、身份证和原件。</source>
        <translation>Take the slip, your ID card and your originals.</translation>
    </message>
    <message>
        <source>按屏幕上的蓝色按钮，一步一步来。</source>
        <translation>Press the blue button, one step at a time.</translation>
    </message>
    <message>
        <source>需要帮忙吗？</source>
        <translation>Do you need help?</translation>
    </message>
    <message>
        <source>找人帮忙，请叫身边的工作人员，或打</source>
        <translation>For a person, ask the staff nearby or call</translation>
    </message>
    <message>
        <source>知道了，回去</source>
        <translation>Got it, go back</translation>
    </message>
</context>
<context>
    <name>Home</name>
    <message>
        <source>您想办什么？</source>
        <translation>What do you need?</translation>
    </message>
    <message>
        <source>点一下要办的事，先看清楚再决定。</source>
        <translation>Press one to read about it first.</translation>
    </message>
    <message>
        <source>跨省通办</source>
        <translation>All provinces</translation>
    </message>
    <message>
        <source>长三角通办</source>
        <translation>Yangtze Delta</translation>
    </message>
    <message>
        <source>全市通办</source>
        <translation>Whole city</translation>
    </message>
    <message>
        <source>当场办结</source>
        <translation>Done at once</translation>
    </message>
    <message>
        <source>联网后办结</source>
        <translation>Done once online</translation>
    </message>
    <message numerus="yes">
        <source>%n 个工作日</source>
        <translation>
            <numerusform>%n working day</numerusform>
            <numerusform>%n working days</numerusform>
        </translation>
    </message>
    <message>
        <source>请到窗口办</source>
        <translation>At a counter</translation>
    </message>
</context>
<context>
    <name>Identify</name>
    <message>
        <source>是您本人吗？</source>
        <translation>Is this you?</translation>
    </message>
    <message>
        <source>正在读取，先别拿走</source>
        <translation>Reading, leave the card there</translation>
    </message>
    <message>
        <source>请放上身份证</source>
        <translation>Lay down your ID card</translation>
    </message>
    <message>
        <source>请看一看名字和号码，对了再往下走。</source>
        <translation>Please look at name and number before you go on.</translation>
    </message>
    <message>
        <source>还没看到证件。放不好，可以换个办法。</source>
        <translation>No card yet. Never mind, there is another way.</translation>
    </message>
    <message>
        <source>把证件贴紧蓝色区域，手机和别的卡先拿开。</source>
        <translation>Lay it flat on the blue area; keep phones and other cards away.</translation>
    </message>
    <message>
        <source>平放在蓝色亮框里，读好前先别拿走。</source>
        <translation>Flat in the blue frame, and leave it there.</translation>
    </message>
    <message>
        <source>正在准备…</source>
        <translation>Getting ready…</translation>
    </message>
    <message>
        <source>正在读取…</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>蓝色亮框在屏幕右下方</source>
        <translation>The blue frame is at the lower right</translation>
    </message>
    <message>
        <source>读卡器准备好了</source>
        <translation>The reader is ready</translation>
    </message>
    <message>
        <source>读卡器正在准备</source>
        <translation>The reader gets ready</translation>
    </message>
    <message>
        <source>看到证件了</source>
        <translation>The card is there</translation>
    </message>
    <message>
        <source>等您放上证件</source>
        <translation>Waiting for your card</translation>
    </message>
    <message>
        <source>读取信息</source>
        <translation>Reading the card</translation>
    </message>
    <message>
        <source>证件信息只用于这次办事，办完就清除。</source>
        <translation>Your card is used for this visit only, then erased.</translation>
    </message>
    <message>
        <source>不是我</source>
        <translation>Not me</translation>
    </message>
    <message>
        <source>换个办法</source>
        <translation>Another way</translation>
    </message>
    <message>
        <source>是我，继续</source>
        <translation>It is me, go on</translation>
    </message>
    <message>
        <source>我放好了</source>
        <translation>It is in place</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
</context>
<context>
    <name>IdleOverlay</name>
    <message>
        <source>您还在吗？</source>
        <translation>Are you still there?</translation>
    </message>
    <message numerus="yes">
        <source>为了保护您的信息，%n 秒后会清空。</source>
        <translation>
            <numerusform>To protect your information, all is erased in %n second.</numerusform>
            <numerusform>To protect your information, all is erased in %n seconds.</numerusform>
        </translation>
    </message>
    <message>
        <source>我还在</source>
        <translation>I am here</translation>
    </message>
</context>
<context>
    <name>KeyGrid</name>
    <message>
        <source>退格</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>清空</source>
        <translation>Clear</translation>
    </message>
    <message>
        <source>空格</source>
        <translation>Space</translation>
    </message>
</context>
<context>
    <name>MaterialCard</name>
    <message>
        <source>请扫描 %1 页</source>
        <translation>Please scan %1 page(s)</translation>
    </message>
    <message>
        <source>请扫描 %1 到 %2 页</source>
        <translation>Please scan %1 to %2 pages</translation>
    </message>
    <message>
        <source>，也可以 %1 天内补交</source>
        <translation>, or bring it within %1 days</translation>
    </message>
    <message>
        <source>写一份承诺就可以，不用交纸。</source>
        <translation>A promise is enough, no paper.</translation>
    </message>
    <message>
        <source>。</source>
        <translation>. </translation>
    </message>
    <message>
        <source>从身份证芯片读到，不留复印件。</source>
        <translation>Read from the card&apos;s chip; no copy is kept.</translation>
    </message>
    <message>
        <source>用电子证照：%1，只用这一次。</source>
        <translation>Electronic licence: %1, this time only.</translation>
    </message>
    <message>
        <source>向有关部门查到，不用您再交。</source>
        <translation>Asked from the authority in charge.</translation>
    </message>
    <message>
        <source>✓ 已免交</source>
        <translation>✓ Not needed</translation>
    </message>
    <message>
        <source>承诺</source>
        <translation>Promise</translation>
    </message>
    <message>
        <source>请扫描</source>
        <translation>Please scan</translation>
    </message>
</context>
<context>
    <name>Materials</name>
    <message numerus="yes">
        <source>为您免交 %n 份材料</source>
        <translation>
            <numerusform>%n paper you need not bring</numerusform>
            <numerusform>%n papers you need not bring</numerusform>
        </translation>
    </message>
    <message>
        <source>请看看要交的材料</source>
        <translation>The papers you need</translation>
    </message>
    <message>
        <source>政府已经有的，不用您再交。只要扫描标出来的。</source>
        <translation>What the city has, you need not bring. Scan only what is marked.</translation>
    </message>
    <message>
        <source>政府已经有的，不用您再交。</source>
        <translation>What the city has, you need not bring.</translation>
    </message>
    <message>
        <source>知道了，继续</source>
        <translation>Understood, go on</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>谁可以办</source>
        <translation>Who can apply</translation>
    </message>
    <message>
        <source>怎么办</source>
        <translation>How it goes</translation>
    </message>
    <message>
        <source>正在打印…</source>
        <translation>Printing…</translation>
    </message>
    <message>
        <source>已打印，请取走</source>
        <translation>Printed</translation>
    </message>
    <message>
        <source>打印告知单</source>
        <translation>Print this</translation>
    </message>
    <message>
        <source>办之前，先看这些</source>
        <translation>Please read this first</translation>
    </message>
    <message>
        <source>这件事请到窗口办</source>
        <translation>Please go to a counter</translation>
    </message>
    <message>
        <source>看清楚再开始，现在还不用身份证。</source>
        <translation>Take your time; no ID card is needed yet.</translation>
    </message>
    <message>
        <source>现在网络不通，可以先收下材料，之后自动提交。</source>
        <translation>The network is down. Papers are taken now and sent later.</translation>
    </message>
    <message>
        <source>这台机器还不能收这件事。要带的东西都在下面。</source>
        <translation>This machine cannot take it yet. What to bring is listed below.</translation>
    </message>
    <message>
        <source>收费</source>
        <translation>Fee</translation>
    </message>
    <message>
        <source>不收费</source>
        <translation>Free</translation>
    </message>
    <message>
        <source>%1 元</source>
        <translation>%1 yuan</translation>
    </message>
    <message>
        <source>多久办好</source>
        <translation>How long</translation>
    </message>
    <message>
        <source>当场办结</source>
        <translation>Done at once</translation>
    </message>
    <message>
        <source>送到平台后当场办结</source>
        <translation>Done as soon as the portal has it</translation>
    </message>
    <message numerus="yes">
        <source>%n 个工作日</source>
        <translation>
            <numerusform>%n working day</numerusform>
            <numerusform>%n working days</numerusform>
        </translation>
    </message>
    <message>
        <source>拿到什么</source>
        <translation>You get</translation>
    </message>
    <message>
        <source>开始办理</source>
        <translation>Begin</translation>
    </message>
    <message>
        <source>看看别的事</source>
        <translation>Other services</translation>
    </message>
</context>
<context>
    <name>NumberCard</name>
    <message>
        <source>进度会发短信到 %1</source>
        <translation>Progress messages go to %1</translation>
    </message>
    <message>
        <source>编号的二维码</source>
        <translation>Code of the number</translation>
    </message>
</context>
<context>
    <name>OfflineBar</name>
    <message>
        <source>网络断了</source>
        <translation>The network is down</translation>
    </message>
    <message>
        <source>网络断了，材料会存在本机</source>
        <translation>The network is down; your papers are kept here</translation>
    </message>
    <message>
        <source>网络断了，可以继续填</source>
        <translation>The network is down; you can go on</translation>
    </message>
    <message>
        <source>网络断了，照样可以办</source>
        <translation>The network is down; you can still apply</translation>
    </message>
</context>
<context>
    <name>Pager</name>
    <message>
        <source>上一页</source>
        <translation>Previous</translation>
    </message>
    <message>
        <source>第 %1 页，共 %2 页</source>
        <translation>Page %1 of %2</translation>
    </message>
    <message>
        <source>下一页</source>
        <translation>Next</translation>
    </message>
</context>
<context>
    <name>PaperState</name>
    <message>
        <source>凭条正在打印</source>
        <translation>Your slip is printing</translation>
    </message>
    <message>
        <source>凭条已打印，请取走</source>
        <translation>Please take your slip</translation>
    </message>
    <message>
        <source>凭条已送去打印，请看看出纸口</source>
        <translation>The slip was sent; see the paper slot</translation>
    </message>
    <message>
        <source>请看看凭条打完整了吗</source>
        <translation>Did the slip come out whole?</translation>
    </message>
    <message>
        <source>凭条没打出来，编号有效</source>
        <translation>No slip came out; the number is valid</translation>
    </message>
    <message>
        <source>。</source>
        <translation>. </translation>
    </message>
    <message>
        <source>完整</source>
        <translation>Yes, whole</translation>
    </message>
    <message>
        <source>没打完，再打一张</source>
        <translation>No, print again</translation>
    </message>
    <message>
        <source>再打一次</source>
        <translation>Print again</translation>
    </message>
</context>
<context>
    <name>PlatePicture</name>
    <message>
        <source>台面上的画面</source>
        <translation>Picture of the plate</translation>
    </message>
</context>
<context>
    <name>Precheck</name>
    <message numerus="yes">
        <source>有 %n 处需要修改</source>
        <translation>
            <numerusform>%n thing to mend</numerusform>
            <numerusform>%n things to mend</numerusform>
        </translation>
    </message>
    <message>
        <source>都齐了</source>
        <translation>All complete</translation>
    </message>
    <message>
        <source>您填的内容都在。点一处，改好就回到这里。</source>
        <translation>Your answers are kept. Press one; you come back here.</translation>
    </message>
    <message>
        <source>可以去核对了。</source>
        <translation>You can check it now.</translation>
    </message>
    <message>
        <source>还没有填</source>
        <translation>Not filled in yet</translation>
    </message>
    <message>
        <source>请再看看填得对不对</source>
        <translation>Please check what you entered</translation>
    </message>
    <message>
        <source>还没有扫完</source>
        <translation>Not all pages are scanned</translation>
    </message>
    <message>
        <source>有一页看不清，请重新拍</source>
        <translation>One page is unclear, please take it again</translation>
    </message>
    <message>
        <source>承诺书还没有签</source>
        <translation>The promise is not signed</translation>
    </message>
    <message>
        <source>请再看一看</source>
        <translation>Please look again</translation>
    </message>
    <message>
        <source>去改</source>
        <translation>Mend</translation>
    </message>
    <message>
        <source>去改第一处</source>
        <translation>Mend the first one</translation>
    </message>
    <message>
        <source>去核对</source>
        <translation>Go to check</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>（选填）</source>
        <translation>Optional. </translation>
    </message>
    <message>
        <source>。</source>
        <translation>. </translation>
    </message>
    <message>
        <source>不填</source>
        <translation>Leave empty</translation>
    </message>
    <message>
        <source>改好了，回去核对</source>
        <translation>Done, back to the list</translation>
    </message>
    <message>
        <source>下一题</source>
        <translation>Next question</translation>
    </message>
</context>
<context>
    <name>RatingRow</name>
    <message>
        <source>非常满意</source>
        <translation>Very good</translation>
    </message>
    <message>
        <source>满意</source>
        <translation>Good</translation>
    </message>
    <message>
        <source>基本满意</source>
        <translation>Fair</translation>
    </message>
    <message>
        <source>不满意</source>
        <translation>Poor</translation>
    </message>
    <message>
        <source>非常不满意</source>
        <translation>Very poor</translation>
    </message>
    <message>
        <source>谢谢您的评价</source>
        <translation>Thank you for your rating</translation>
    </message>
    <message>
        <source>这次办事感觉怎么样？（可以不选）</source>
        <translation>How was it? (You may skip this.)</translation>
    </message>
</context>
<context>
    <name>Scan</name>
    <message>
        <source>要 %1 页，已拍 %2 页</source>
        <translation>%1 page(s) needed, %2 taken</translation>
    </message>
    <message>
        <source>要 %1 到 %2 页，已拍 %3 页</source>
        <translation>%1 to %2 pages needed, %3 taken</translation>
    </message>
    <message>
        <source>这一页请重新拍</source>
        <translation>Please take this page again</translation>
    </message>
    <message>
        <source>这一页看得清吗？</source>
        <translation>Is this page clear?</translation>
    </message>
    <message>
        <source>第 %1 页拍好了</source>
        <translation>Page %1 is taken</translation>
    </message>
    <message>
        <source>正在拍，请别动</source>
        <translation>Taking it, please keep still</translation>
    </message>
    <message>
        <source>请放好第 %1 页</source>
        <translation>Lay down page %1</translation>
    </message>
    <message>
        <source>每个字都看得清，就用这一页。</source>
        <translation>Keep it if every word is clear.</translation>
    </message>
    <message>
        <source>。放稳以后会自己拍。</source>
        <translation>. It is taken by itself.</translation>
    </message>
    <message>
        <source>现在没有画面</source>
        <translation>No picture just now</translation>
    </message>
    <message>
        <source>正在准备画面…</source>
        <translation>Preparing the picture…</translation>
    </message>
    <message>
        <source>已拍的页都在</source>
        <translation>The pages taken are kept</translation>
    </message>
    <message>
        <source>看得清，四个角都在</source>
        <translation>Clear, all four corners in view</translation>
    </message>
    <message>
        <source>先不扫，以后再补交</source>
        <translation>Not now, I bring it later</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>重新拍</source>
        <translation>Take again</translation>
    </message>
    <message>
        <source>扫完了</source>
        <translation>All scanned</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>就用这一页</source>
        <translation>Use this page</translation>
    </message>
    <message>
        <source>现在拍</source>
        <translation>Take it now</translation>
    </message>
</context>
<context>
    <name>ScanWords</name>
    <message>
        <source>很好，正要拍</source>
        <translation>Good, about to take it</translation>
    </message>
    <message>
        <source>别动，马上就好</source>
        <translation>Keep still, nearly done</translation>
    </message>
    <message>
        <source>没看到纸，请放到台面中间</source>
        <translation>No paper seen; lay it in the middle</translation>
    </message>
    <message>
        <source>纸没有放全，请往中间挪一挪</source>
        <translation>Cut off; move it to the middle</translation>
    </message>
    <message>
        <source>这一面是空白的，请翻过来</source>
        <translation>This side is blank, turn it over</translation>
    </message>
    <message>
        <source>有点模糊，请放平别动</source>
        <translation>Blurred; lay it flat, keep still</translation>
    </message>
    <message>
        <source>有点暗，请别挡住灯</source>
        <translation>Dark; keep the light free</translation>
    </message>
    <message>
        <source>纸太小了，请再看看是不是这一张</source>
        <translation>Too small; is it the right paper?</translation>
    </message>
    <message>
        <source>这一张没拍好，请再拍一次</source>
        <translation>It did not work, please take it again</translation>
    </message>
    <message>
        <source>把纸平放在台面中间</source>
        <translation>Lay the paper flat in the middle</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>上一步</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>Sign</name>
    <message>
        <source>请看完承诺，再签名</source>
        <translation>Read the promise, then sign</translation>
    </message>
    <message>
        <source>请签名确认</source>
        <translation>Please sign</translation>
    </message>
    <message>
        <source>签名表示您读过并同意。</source>
        <translation>Your signature says that you read it and agree.</translation>
    </message>
    <message>
        <source>签名表示您填的内容是真实的。</source>
        <translation>Your signature says that your answers are true.</translation>
    </message>
    <message>
        <source>还有下一页，看完才能提交。</source>
        <translation>There is one more page to read before you can submit.</translation>
    </message>
    <message>
        <source>重写</source>
        <translation>Write again</translation>
    </message>
    <message>
        <source>确认并提交%1申请</source>
        <translation>Confirm and submit: %1</translation>
    </message>
</context>
<context>
    <name>SignaturePad</name>
    <message>
        <source>签名框</source>
        <translation>Signature box</translation>
    </message>
    <message>
        <source>请用手指在这里写您的名字</source>
        <translation>Write your name here with a finger</translation>
    </message>
</context>
<context>
    <name>SourceWords</name>
    <message>
        <source>来自身份证</source>
        <translation>From your ID card</translation>
    </message>
    <message>
        <source>来自您上一次办理</source>
        <translation>From your last visit</translation>
    </message>
    <message>
        <source>来自电子证照</source>
        <translation>From your electronic licence</translation>
    </message>
    <message>
        <source>来自有关部门</source>
        <translation>From the authority in charge</translation>
    </message>
    <message>
        <source>用承诺代替</source>
        <translation>A promise instead</translation>
    </message>
    <message>
        <source>已为您填好</source>
        <translation>Filled in for you</translation>
    </message>
</context>
<context>
    <name>StageWords</name>
    <message>
        <source>材料已送到受理平台，尚未受理</source>
        <translation>Handed to the platform, not yet accepted</translation>
    </message>
    <message>
        <source>已受理</source>
        <translation>Accepted</translation>
    </message>
    <message>
        <source>已办好</source>
        <translation>Completed</translation>
    </message>
    <message numerus="yes">
        <source>还差 %n 样</source>
        <translation>
            <numerusform>%n thing is missing</numerusform>
            <numerusform>%n things are missing</numerusform>
        </translation>
    </message>
    <message>
        <source>这次不能受理</source>
        <translation>Not accepted this time</translation>
    </message>
    <message>
        <source>材料已收下，尚未受理</source>
        <translation>Papers collected, not yet accepted</translation>
    </message>
    <message>
        <source>受理后会告诉您，不用再交一次。</source>
        <translation>You are told once it is accepted. No need to hand it in again.</translation>
    </message>
    <message>
        <source>请记下办件编号，随时可以查进度。</source>
        <translation>Note the case number; it shows the progress any time.</translation>
    </message>
    <message>
        <source>请收好凭条，上面有办件编号。</source>
        <translation>Please keep the slip: it has the number.</translation>
    </message>
    <message>
        <source>您交的材料都在。补齐下面几样就能继续。</source>
        <translation>Your papers are kept. Bring what is listed below to go on.</translation>
    </message>
    <message>
        <source>原因写在下面。有疑问请打 12345。</source>
        <translation>The reason is below. Questions? Call 12345.</translation>
    </message>
    <message>
        <source>材料已加密保存在本机，会自动送出，不用再交一次。</source>
        <translation>Stored encrypted here and sent by itself. You need not hand it in again.</translation>
    </message>
    <message>
        <source>办件编号</source>
        <translation>Case number</translation>
    </message>
    <message>
        <source>收件编号</source>
        <translation>Collection number</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>第 %1 步，共 %2 步</source>
        <translation>Step %1 of %2</translation>
    </message>
    <message>
        <source>不办了</source>
        <translation>Stop</translation>
    </message>
</context>
<context>
    <name>Submit</name>
    <message>
        <source>材料已收下，正在送出</source>
        <translation>Papers collected, sending them</translation>
    </message>
    <message>
        <source>材料已收下，先存在本机</source>
        <translation>Papers collected, kept here for now</translation>
    </message>
    <message>
        <source>正在收下您的材料</source>
        <translation>Taking over your papers</translation>
    </message>
    <message numerus="yes">
        <source>最多再等 %n 秒，之后也会自动送。</source>
        <translation>
            <numerusform>%n second at most. If it does not go out now, it is sent later.</numerusform>
            <numerusform>%n seconds at most. If it does not go out now, it is sent later.</numerusform>
        </translation>
    </message>
    <message>
        <source>正在加密保存，请稍等。</source>
        <translation>Storing it encrypted, please wait.</translation>
    </message>
    <message>
        <source>现在网络不通，恢复后会自动送。</source>
        <translation>The network is down. It is sent as soon as it is back.</translation>
    </message>
    <message>
        <source>加密保存在本机</source>
        <translation>Stored encrypted here</translation>
    </message>
    <message>
        <source>送到受理平台</source>
        <translation>Handed to the platform</translation>
    </message>
    <message>
        <source>打印凭条</source>
        <translation>Print the slip</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>圈办</source>
        <translation>Quanban</translation>
    </message>
    <message>
        <source>标准字</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>大字</source>
        <translation>Large</translation>
    </message>
    <message>
        <source>求助</source>
        <translation>Help</translation>
    </message>
</context>
<context>
    <name>TypedAnswer</name>
    <message>
        <source>弄</source>
        <translation>Lane</translation>
    </message>
    <message>
        <source>号</source>
        <translation>No.</translation>
    </message>
    <message>
        <source>室</source>
        <translation>Room</translation>
    </message>
    <message>
        <source>请按数字键输入</source>
        <translation>Use the keys below</translation>
    </message>
    <message>
        <source>请按下面的键输入</source>
        <translation>Use the keys below</translation>
    </message>
    <message>
        <source>（选填）</source>
        <translation> (optional)</translation>
    </message>
</context>
</TS>
